import assert from "node:assert/strict";
import { buildModel } from "../../../access/model/model";
import { renderIstioPassthrough } from "../../../access/render/istio-passthrough";
import { renderIstioGateway } from "../../../access/render/istio-routes";
import { optionsWith } from "../options";

interface Server {
  port: { name: string; number: number; protocol: string };
  hosts: string[];
  tls: Record<string, unknown>;
}

const model = buildModel(optionsWith());
const [gateway, ...routes] = renderIstioPassthrough(model);

describe("the overlay's public names", () => {
  it("are passed through unopened, on the port of the public hosts", () => {
    assert.deepEqual(gateway?.spec.servers, [
      {
        port: { name: "tls-overlay", number: 443, protocol: "TLS" },
        hosts: ["ziti.agyn.test", "ziti-router.agyn.test"],
        tls: { mode: "PASSTHROUGH" },
      },
    ]);
  });

  it("lead to the controller's clients' side and to the routers, each by its own name", () => {
    const destinations = routes.map(({ spec }) => {
      const [{ match, route }] = spec.tls as [{ match: object[]; route: { destination: { host: string } }[] }];
      return [spec.hosts, match, route.map(({ destination }) => destination.host)];
    });
    assert.deepEqual(destinations, [
      [
        ["ziti.agyn.test"],
        [{ port: 443, sniHosts: ["ziti.agyn.test"] }],
        ["ziti-controller-client.ziti.svc.cluster.local"],
      ],
      [
        ["ziti-router.agyn.test"],
        [{ port: 443, sniHosts: ["ziti-router.agyn.test"] }],
        ["ziti-router-edge.ziti.svc.cluster.local"],
      ],
    ]);
  });

  it("share no host with the browser's server block", () => {
    const [secure] = renderIstioGateway(model).spec.servers as Server[];
    const [overlay] = gateway?.spec.servers as Server[];
    assert.deepEqual(
      secure?.hosts.filter((host) => overlay?.hosts.includes(host)),
      [],
    );
  });

  it("are left to the operator where the controller is the operator's", () => {
    const operators = { manage: false, advertisedHost: "ziti.example.org" };
    assert.deepEqual(renderIstioPassthrough(buildModel(optionsWith({ controller: operators }))), []);
  });
});
