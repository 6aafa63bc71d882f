import * as assert from "node:assert/strict";
import { passthroughHosts } from "../../../access/model/exposure";
import { buildModel } from "../../../access/model/model";
import { renderAuthorizationPolicies } from "../../../access/render/authorization-policies";
import { renderIstioPassthrough } from "../../../access/render/istio-passthrough";
import { renderPeerAuthentication } from "../../../access/render/peer-authentication";
import { renderIstioGateway, renderVirtualServices } from "../../../access/render/istio-routes";
import { ingressGateway } from "../../../access/platform/services";
import { optionsWith } from "../../access/options";
import { isAllowed } from "../../support/istio-evaluator";
import { itServesPublicHosts } from "../ingress/public-cases";
import { tryFindMeshEngines } from "./engines";
import { Ingress, type BrowserRequest } from "./ingress";

// A port that needs no privilege.
const port = 24_443;
const plain = optionsWith();
const model = buildModel({ ...plain, ingress: { ...plain.ingress, port } });
const { namespaces } = model.options;
const policies = [renderPeerAuthentication(model), ...renderAuthorizationPolicies(model)];
const manifests = [
  ...policies,
  renderIstioGateway(model),
  ...renderVirtualServices(model),
  ...renderIstioPassthrough(model),
];
const hosts = model.exposures.map(({ host }) => host);
const overlayNames = passthroughHosts(model.options);

const gatewayIdentity = `URI:spiffe://cluster.local/ns/${namespaces.ingress}/sa/${ingressGateway.serviceAccount}`;

function admits({ sni, host, path }: BrowserRequest): boolean {
  const gateway = { namespace: namespaces.ingress, labels: ingressGateway.selector, port };
  return isAllowed(policies, { ...gateway, sni, method: "POST", host, path }, { rootNamespace: namespaces.mesh });
}

describe("ingress gateway of istiod and Envoy", () => {
  let ingress: Ingress | undefined;

  before("istiod (pilot-discovery) or Envoy not found", async function () {
    const engines = await tryFindMeshEngines();
    if (engines === undefined) this.skip();
    ingress = await Ingress.start(engines, model, manifests);
  });
  after(() => ingress?.stop());

  for (const { host, routes } of model.exposures) {
    it(`serves ${host}, by name and by name with port, as the gateway of the mesh`, async () => {
      for (const name of [host, `${host}:${port}`]) {
        for (const { match, backend } of routes) {
          const request = { sni: host, host: name, path: match.path };
          const { verdict, arrival } = await ingress!.send(request);
          assert.deepEqual([verdict, admits(request), arrival?.backend], ["allowed", true, backend]);
          assert.equal(arrival?.client, gatewayIdentity);
        }
      }
    });
  }

  it("lets a browser use one connection for all of its hosts", async () => {
    for (const host of hosts)
      assert.equal((await ingress!.send({ sni: hosts[0], host, path: "/api/x" })).verdict, "allowed");
  });

  itServesPublicHosts(
    model,
    () => ["*.agyn.test", "agyn.test"],
    () => ingress!,
  );

  for (const sni of ["other.agyn.test", "agyn.test.elsewhere.test", "ziti-mgmt.agyn.test", undefined]) {
    it(`refuses a connection that names ${sni ?? "no server"}, whatever host it asks for`, async () => {
      for (const host of hosts) assert.equal((await ingress!.send({ sni, host, path: "/" })).verdict, "refused");
    });
  }

  const foreignHosts = [
    "other.agyn.test",
    ...overlayNames.map(({ host }) => host),
    "gateway.platform.svc.cluster.local",
  ];
  for (const host of foreignHosts) {
    it(`denies ${host} on the connection of a public host`, async () => {
      const request = { sni: hosts[0], host, path: "/" };
      const { verdict, arrival } = await ingress!.send(request);
      assert.deepEqual([verdict, admits(request), arrival], ["denied", false, undefined]);
    });
  }
});
