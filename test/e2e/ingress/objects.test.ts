import * as assert from "node:assert/strict";
import { renderCertificates } from "../../../access/render/certificates";
import { renderPublicObjects } from "../../../access/render/public-objects";
import { bootstrapIssuerManifests } from "../../../components/ingress-tls/bootstrap-issuer";
import { optionsWith } from "../../access/options";
import { modelFor, providers, type ProviderCase } from "../../access/render/public-providers";
import { ApiServer, type AnyObject } from "./api-server";

describe("a real API server", () => {
  let server: ApiServer | undefined;

  before("etcd or kube-apiserver not found", async function () {
    server = await ApiServer.tryStart();
    if (server === undefined) this.skip();
    await server.createNamespaces("platform", "ingress", "ziti", "cert-manager");
  });
  after(() => server?.stop());

  for (const provider of Object.keys(providers) as ProviderCase[]) {
    for (const mode of ["wildcard", "perHost"] as const) {
      it(`accepts every object of ${provider} with TLS mode ${mode}`, async () => {
        const tls = { ...optionsWith().ingress.tls, mode, hsts: true };
        const model = modelFor(provider, {
          tls,
          port: 2496,
          hosts: { ...optionsWith().ingress.hosts, llm: "llm.agyn.test" },
        });
        const { foundation, routes, inOverlay } = renderPublicObjects(model);
        await server!.put(...renderCertificates(model), ...foundation, ...routes, ...inOverlay);
      });
    }
  }

  it("accepts the bootstrap authority", async () => {
    const args = { name: "agyn-bootstrap-ca", certManagerNamespace: "cert-manager", awaitConditions: true };
    await server!.put(...bootstrapIssuerManifests(args));
  });

  it("refuses a field that a definition does not have", async () => {
    const { foundation } = renderPublicObjects(modelFor("traefik"));
    const [first] = foundation as [AnyObject & { spec: object }];
    const wrong = { ...first, spec: { ...first.spec, hedaers: {} } };
    await assert.rejects(server!.put(wrong), /field not declared in schema|unknown field/);
  });
});
