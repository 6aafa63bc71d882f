import * as assert from "node:assert/strict";
import { toMirrorList } from "../../cli/mirror/mirror-list";
import { findOne, ofType, registerProgram, type Run } from "../support/registrations";

const release = "kubernetes:helm.sh/v3:Release";

interface Values {
  readonly global: Readonly<Record<string, unknown>>;
  readonly defaultPackage?: { readonly enabled: boolean };
}

const valuesOf = (run: Run, name: string) => findOne(run, release, name).inputs.values as Values;

describe("the values of charts", () => {
  let run: Run;
  before(async () => {
    run = await registerProgram("dev", {
      namespaces: { mesh: "mesh", certManager: "certificates" },
      mesh: { revision: "1-31-1", retained: [{ revision: "1-30-8", version: "1.30.8" }] },
    });
  });

  it("give no account the right to read Secrets for other clusters, in any chart of Istio's that makes a part of it", () => {
    for (const name of ["mesh-base", "mesh-istiod-1-31-1", "mesh-istiod-1-30-8"]) {
      assert.equal(valuesOf(run, name).global.enableReaderRBAC, false, name);
    }
  });

  it("tell Istio's charts which namespace the mesh has", () => {
    for (const name of ["mesh-base", "mesh-istiod-1-31-1", "mesh-istiod-1-30-8"]) {
      assert.equal(valuesOf(run, name).global.istioNamespace, "mesh", name);
    }
  });

  it("keep cert-manager's leases in its own namespace", () => {
    const { leaderElection } = valuesOf(run, "ingress-cert-manager").global;
    assert.deepEqual(leaderElection, { namespace: "certificates" });
  });

  it("do without the package of public authorities, so that each image of the mirror has a name and a tag", () => {
    assert.deepEqual(valuesOf(run, "overlay-trust-manager").defaultPackage, { enabled: false });
    const objects = ofType(run, release).map(({ type, name, inputs }) => ({
      ...{ component: "stack", kind: "Release", type, name, inputs },
    }));
    const { images } = toMirrorList(objects);
    assert.ok(images.length > 8);
    for (const { from, tag } of images) assert.ok(tag && /^[a-z0-9./-]+$/.test(from), from);
  });

  it("name the registry of Istio's images that the mirror names", async () => {
    const objects = (found: Run) =>
      ofType(found, release).map(({ type, name, inputs }) => ({
        ...{ component: "stack", kind: "Release", type, name, inputs },
      }));
    const proxies = toMirrorList(objects(run)).images.filter(({ to }) => to === "istio/proxyv2");
    assert.ok(proxies.length > 0);
    for (const { from } of proxies)
      assert.equal(from, `${String(valuesOf(run, "mesh-istiod-1-31-1").global.hub)}/proxyv2`);
    const mirrored = await registerProgram("dev", { images: { registry: "registry.acme-robotics.io/mirror" } });
    assert.equal(valuesOf(mirrored, "mesh-istiod").global.hub, "registry.acme-robotics.io/mirror/istio");
  });
});
