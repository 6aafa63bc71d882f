import assert from "node:assert/strict";
import { clusterNames } from "../../access/model/cluster-names";
import { buildModel } from "../../access/model/model";
import { renderRewrites } from "../../access/render/cluster-dns-lines";
import { sidecarSettings } from "../../access/render/sidecar-settings";
import { optionsWith } from "./options";

const names = [{ name: "ziti.agyn.test", service: "ziti-controller-client.ziti.svc.cluster.local" }];
describe("the names that pods use in the cluster", () => {
  const targets = (mesh: boolean, manage: boolean) =>
    Object.fromEntries(
      clusterNames(
        optionsWith({ mesh: { manage: mesh }, controller: { manage, advertisedHost: "ziti.agyn.test" } }),
      ).map(({ name, service }) => [name, service]),
    );

  it("are the overlay's advertised ones and the public hosts, each at its Service", () => {
    const all = targets(true, true);
    assert.equal(all["ziti.agyn.test"], "ziti-controller-client.ziti.svc.cluster.local");
    assert.equal(all["ziti-router.agyn.test"], "ziti-router-edge.ziti.svc.cluster.local");
    for (const host of ["chat.agyn.test", "media.agyn.test", "agyn.test"]) {
      assert.equal(all[host], "istio-ingressgateway.ingress.svc.cluster.local");
    }
  });

  it("are none of what somebody else runs", () => {
    assert.deepEqual(Object.keys(targets(false, true)), ["ziti.agyn.test", "ziti-router.agyn.test"]);
    assert.equal("ziti.agyn.test" in targets(true, false), false);
    assert.deepEqual(targets(false, false), {});
  });

  it("are one line each", () => {
    assert.deepEqual(renderRewrites(names), [
      "rewrite name exact ziti.agyn.test ziti-controller-client.ziti.svc.cluster.local",
    ]);
  });
});

describe("the settings of an agent's sidecar", () => {
  it("name every service in every zone, so that images of either generation find theirs", () => {
    const { overlay } = optionsWith();
    const model = buildModel(optionsWith({ overlay: { ...overlay, extraZones: ["agyn"] } }));
    const { environment, ...resolver } = sidecarSettings(model, { interceptRange: "100.64.0.0/10" });
    assert.deepEqual(resolver, { interceptRange: "100.64.0.0/10" });
    for (const zone of ["ziti", "agyn"]) {
      assert.deepEqual(environment[zone], {
        AGENT_GATEWAY_ADDRESS: `gateway.${zone}:443`,
        AGENT_TRACING_ADDRESS: `tracing.${zone}:443`,
        AGENT_LLM_BASE_URL: `http://llm-proxy.${zone}/v1`,
      });
    }
  });
});
