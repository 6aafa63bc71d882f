import * as assert from "node:assert/strict";
import * as path from "node:path";
import { bootstrapIssuerManifests } from "../../../components/ingress-tls/bootstrap-issuer";
import { createCertificates } from "../../../components/ingress-tls/certificates";
import { createManifest } from "../../../components/manifests";
import { planEngines } from "../../../local/engines/prepare";
import { writeProject } from "../../../local/stack/project";
import { optionsWith } from "../../access/options";
import { modelFor } from "../../access/render/public-providers";
import { projectRoot } from "../../support/project-root";
import { startChild, type Child } from "../mesh/child";
import { createTemporaryFolder, type TemporaryFolder } from "../mesh/leftovers";
import { openInlineStack } from "../support/inline-stack";
import { ApiServer } from "./api-server";
import { tryFindCertManager } from "./engines";

const issuer = { name: "nowhere", kind: "ClusterIssuer" } as const;
const model = modelFor("istio", { tls: { ...optionsWith().ingress.tls, issuer } });
/** Until the wait is given up. */
const customTimeouts = { create: "20s" };

// A certificate whose issuer is not there, and an authority whose key is not there: neither gets ready.
function program(): Promise<void> {
  const args = { name: "keyless", certManagerNamespace: "cert-manager", awaitConditions: true };
  const [, , authority] = bootstrapIssuerManifests(args);
  createManifest("authority", authority, { customTimeouts });
  createCertificates("public", { model, awaitConditions: true, platformReady: [] }, { customTimeouts });
  return Promise.resolve();
}

describe("the wait for certificates, of Pulumi's engine and its Kubernetes plugin", () => {
  let server: ApiServer | undefined;
  let folder: TemporaryFolder | undefined;
  let controller: Child | undefined;
  let output = "";

  before(
    "cert-manager-controller, pulumi-resource-kubernetes, Pulumi, etcd or kube-apiserver not found",
    async function () {
      const binary = await tryFindCertManager();
      const { found } = await planEngines(process.env, false, () => undefined);
      const isComplete = binary !== undefined && found.has("pulumi") && found.has("pulumi-resource-kubernetes");
      server = isComplete ? await ApiServer.tryStart() : undefined;
      if (binary === undefined || server === undefined) this.skip();
      await server.createNamespaces("cert-manager", "ingress");
      folder = createTemporaryFolder("agyn-readiness-");
      const flags = [
        "--leader-elect=false",
        "--cluster-resource-namespace=cert-manager",
        "--metrics-listen-address=127.0.0.1:0",
      ];
      controller = startChild(binary, [`--kubeconfig=${server.kubeconfig}`, ...flags], path.join(folder.path, "log"));
      writeProject(server.folders, found, projectRoot);
      const stack = await openInlineStack(server, { project: "readiness", stack: "test" }, program);
      const end = await stack.up({ color: "never", onOutput: (text) => (output += text) }).then(
        () => "succeeded",
        () => "failed",
      );
      assert.equal(end, "failed", output);
    },
  );
  after(async () => {
    await controller?.stop();
    folder?.remove();
    await server?.stop();
  });

  it("fails for both, by name, with a time limit as the reason", () => {
    for (const urn of ["ClusterIssuer::authority", "Certificate::public-certificate-ingress-agyn-public-hosts"]) {
      const error = output.split("\n").find((line) => line.includes(`::kubernetes:cert-manager.io/v1:${urn}"`));
      assert.match(error ?? "", /timed out waiting for the condition$/);
    }
  });

  it("warns of what cert-manager says of an issuer", () => {
    assert.match(output, /ClusterIssuer authority .*warning: ErrGetKeyPair: .*secrets "keyless" not found/);
  });

  // The reason of a certificate is in its condition alone, of which the plugin shows no more than the status.
  it("says of a certificate no more than that it is not ready", () => {
    assert.match(output, /Certificate public-certificate\S* .*Resource has condition Ready=False/);
    assert.doesNotMatch(output, /Certificate public-certificate\S* .*warning/);
  });
});
