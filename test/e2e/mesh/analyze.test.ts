import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import * as path from "node:path";
import type { Manifest } from "../../../access/render/manifest";
import { buildModel, type Model } from "../../../access/model/model";
import { renderAuthorizationPolicies } from "../../../access/render/authorization-policies";
import { renderMeshExceptions } from "../../../access/render/mesh-exceptions";
import { certificateSecret } from "../../../access/render/certificates";
import { renderIstioPassthrough } from "../../../access/render/istio-passthrough";
import { renderPeerAuthentication } from "../../../access/render/peer-authentication";
import { renderIstioGateway, renderVirtualServices } from "../../../access/render/istio-routes";
import { optionsWith, optionsWithExtras } from "../../access/options";
import { createAuthority } from "./certificates";
import { Cluster } from "./cluster";
import { clusterObjects, toSecret } from "./cluster-objects";
import { tryFindIstioctl } from "./engines";
import { loopback, writeManifests } from "./istiod";
import { createTemporaryFolder } from "./leftovers";
import { createWorkloads } from "./workloads";

// Of what istioctl prints, the part that is looked at; the rest shows in failures.
interface Finding {
  readonly code: string;
  readonly origin: string;
}

const plain = optionsWith();
const models: Readonly<Record<string, Model>> = {
  "a plain installation": buildModel(plain),
  "the extras of today's images": buildModel(optionsWithExtras()),
  "another public port": buildModel({ ...plain, ingress: { ...plain.ingress, port: 2496 } }),
  "exceptions to mutual TLS": buildModel(
    optionsWith({ mesh: { exceptions: [{ workload: "metering", port: 50051, mode: "PERMISSIVE", because: "test" }] } }),
  ),
};

function render(model: Model): readonly Manifest[] {
  return [
    renderPeerAuthentication(model),
    ...renderMeshExceptions(model),
    ...renderAuthorizationPolicies(model),
    renderIstioGateway(model),
    ...renderVirtualServices(model),
    ...renderIstioPassthrough(model),
  ];
}

function withOtherSelector(manifest: Manifest): Manifest {
  if (manifest.metadata.name !== "chat" || manifest.kind !== "AuthorizationPolicy") return manifest;
  return { ...manifest, spec: { ...manifest.spec, selector: { matchLabels: { "app.kubernetes.io/name": "chatt" } } } };
}

describe("istioctl analyze of the rendered objects", () => {
  let istioctl = "";

  before("istioctl not found", async function () {
    const found = await tryFindIstioctl();
    if (found === undefined) this.skip();
    istioctl = found;
  });

  // Findings make it exit with an error, too: what counts is the list it prints.
  function run(folder: string): Promise<readonly Finding[]> {
    const kubeconfig = path.join(folder, "kubeconfig");
    // Without -A it drops the findings of every namespace but one.
    const args = ["analyze", "-A", "--kubeconfig", kubeconfig, "--output", "json", path.join(folder, "objects")];
    return new Promise((resolve, reject) =>
      execFile(istioctl, args, { timeout: 60_000 }, (error, stdout, stderr) =>
        stdout.startsWith("[") ? resolve(JSON.parse(stdout) as Finding[]) : reject(error ?? new Error(stderr)),
      ),
    );
  }

  async function analyze(model: Model, manifests: readonly Manifest[]): Promise<readonly Finding[]> {
    const { ingress } = model.options.namespaces;
    const workloads = createWorkloads([...new Set(model.calls.map(({ callee }) => callee))], model);
    const pair = await (await createAuthority("public")).issueServer(model.exposures.map(({ host }) => host));
    const objects = [
      ...clusterObjects(model, workloads),
      toSecret(certificateSecret(model, { name: "apex" }), ingress, pair),
    ];
    const cluster = await Cluster.start(loopback, objects);
    const folder = createTemporaryFolder("agyn-analyze-");
    try {
      writeManifests(path.join(folder.path, "objects"), manifests);
      writeFileSync(path.join(folder.path, "kubeconfig"), JSON.stringify(cluster.kubeconfig()));
      return await run(folder.path);
    } finally {
      folder.remove();
      await cluster.stop();
    }
  }

  for (const [name, model] of Object.entries(models)) {
    it(`finds nothing to say about ${name}`, async () => {
      assert.deepEqual(await analyze(model, render(model)), []);
    });
  }

  it("notices a policy that selects no pod", async () => {
    const [model] = Object.values(models) as [Model];
    const findings = await analyze(model, render(model).map(withOtherSelector));
    const found = findings.map(({ code, origin }) => `${code} ${origin}`);
    assert.deepEqual(found, ["IST0127 AuthorizationPolicy platform/chat"]);
  });
});
