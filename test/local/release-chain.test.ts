import assert from "node:assert/strict";
import { findLongestChain, ReleaseClock, renderChain } from "../../local/stack/release-chain";

const urnOf = (name: string, type = "kubernetes:helm.sh/v3:Release") =>
  `urn:pulumi:dev::agyn-networking::${type}::${name}`;
const provider = urnOf("overlay-controller", "pulumi:providers:openziti");
const state = [
  { urn: urnOf("mesh-base") },
  { urn: urnOf("mesh-istiod"), dependencies: [urnOf("mesh-base")] },
  { urn: urnOf("ingress-cert-manager") },
  { urn: urnOf("overlay-issuer", "x:y/v1:Issuer"), dependencies: [urnOf("ingress-cert-manager")] },
  { urn: urnOf("overlay-controller"), dependencies: [urnOf("overlay-issuer", "x:y/v1:Issuer")] },
  { urn: provider, dependencies: [urnOf("overlay-controller")] },
  { urn: urnOf("overlay-late"), provider: `${provider}::some-id` },
  { urn: urnOf("overlay-router") },
];
const time = (name: string, seconds: number) => ({ urn: urnOf(name), seconds });

describe("the longest chain of releases", () => {
  it("adds up what waits for each other, through other resources and providers, and no more", () => {
    const times = [time("mesh-base", 20), time("mesh-istiod", 5), time("ingress-cert-manager", 10)];
    const found = findLongestChain([...times, time("overlay-controller", 30), time("overlay-late", 2)], state);
    assert.ok(found);
    assert.equal(
      renderChain(found),
      "42.0 s: ingress-cert-manager 10.0 s, overlay-controller 30.0 s, overlay-late 2.0 s",
    );
  });

  it("has the router behind the controller, which no state says", () => {
    const found = findLongestChain([time("overlay-router", 3), time("overlay-controller", 30)], state);
    assert.deepEqual([found?.seconds, found?.releases.length], [33, 2]);
  });

  it("is none where no release was made or changed", () => {
    assert.equal(findLongestChain([], state), undefined);
  });

  it("is timed by the engine's events, without releases that stayed as they were", () => {
    let now = 1_000;
    const clock = new ReleaseClock(() => now);
    const see = (kind: "resourcePreEvent" | "resOutputsEvent", op: string, name: string, type?: string) =>
      clock.see({ sequence: 0, timestamp: 0, [kind]: { metadata: { op, urn: urnOf(name, type) } } });
    for (const kind of ["resourcePreEvent", "resOutputsEvent"] as const) {
      see(kind, "create", "mesh-base");
      see(kind, "same", "mesh-istiod");
      see(kind, "create", "overlay-issuer", "x:y/v1:Issuer");
      now += 2_500;
    }
    assert.deepEqual(clock.times, [time("mesh-base", 2.5)]);
  });
});
