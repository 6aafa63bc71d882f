import * as assert from "node:assert/strict";
import { productionConfig } from "../support/production-config";
import { waitsOf } from "../support/registration-waits";
import { registerProgram, type Registration, type Run, type StackConfig } from "../support/registrations";

// Every release, and the releases that have to be ready before it: what it uses itself, and nothing besides.
const releases: Readonly<Record<string, readonly string[]>> = {
  "mesh-base": [],
  "mesh-istiod": ["mesh-base"],
  "mesh-gateway": ["mesh-base", "mesh-istiod"],
  "ingress-cert-manager": [],
  "overlay-trust-manager": ["ingress-cert-manager"],
  "overlay-controller": ["ingress-cert-manager", "overlay-trust-manager"],
  "overlay-router": ["ingress-cert-manager", "overlay-controller", "overlay-trust-manager"],
};

const isRelease = ({ type }: Registration) => type === "kubernetes:helm.sh/v3:Release";
const releasesBefore = (run: Run, one: Registration) =>
  waitsOf(run, one)
    .filter(isRelease)
    .map(({ name }) => name)
    .sort();

// The router's token is asked for with what is read from the controller, and the engine is not told what a reading waits for.
const unseen: Readonly<Record<string, readonly string[]>> = { "overlay-router": ["overlay-controller"] };

function chains(run: Run): Record<string, readonly string[]> {
  return Object.fromEntries(
    run.registrations.filter(isRelease).map((one) => {
      const before = new Set([...releasesBefore(run, one), ...(unseen[one.name] ?? [])]);
      return [one.name, [...before].sort()];
    }),
  );
}

const withPolicies: StackConfig = { networkPolicies: { enabled: true, probe: true } };
const stacks: [title: string, stack: string, config: StackConfig][] = [
  ["bootstrap", "dev", {}],
  ["bootstrap with network policies", "dev", withPolicies],
  ["bootstrap with a revision", "dev", { mesh: { revision: "1-31-0" } }],
  ["bootstrap with the operator's cert-manager", "dev", { certManager: { manage: false } }],
  ["production that installs Istio", "prod", { ...productionConfig(), mesh: { manage: true } }],
];

const hasPods = ({ type }: Registration) =>
  /^kubernetes:(core\/v1:Pod|apps\/v1:(Deployment|StatefulSet|DaemonSet)|batch\/v1:(Job|CronJob))$/.test(type);
const isInjected = ({ inputs }: Registration) =>
  (inputs.metadata as { namespace?: string } | undefined)?.namespace === "agyn-platform";
const isOfIstio = ({ type }: Registration) => /^kubernetes:\w+\.istio\.io\//.test(type);

describe("what waits for what", () => {
  for (const [title, config] of [
    ["bootstrap", {}],
    ["bootstrap with network policies", withPolicies],
  ] as const) {
    it(`has each release wait for those it needs alone, so that the longest chain decides: ${title}`, async () => {
      assert.deepEqual(chains(await registerProgram("dev", config)), releases);
    });
  }

  for (const [title, stack, config] of stacks) {
    it(`has the control plane before each pod with a sidecar and each object of Istio's: ${title}`, async () => {
      const run = await registerProgram(stack, config, ["controller"]);
      const using = run.registrations.filter((one) => (hasPods(one) && isInjected(one)) || isOfIstio(one));
      assert.ok(using.some(hasPods) && using.filter(isOfIstio).length > 30, `${using.length} found`);
      const early = using.filter((one) => !releasesBefore(run, one).some((name) => name.startsWith("mesh-istiod")));
      assert.deepEqual(
        early.map(({ name }) => name),
        [],
      );
    });
  }

  it("has issuers and certificates wait for cert-manager, and for no release of Istio", async () => {
    const run = await registerProgram("dev", {});
    const made = run.registrations.filter(({ type }) => type.startsWith("kubernetes:cert-manager.io/"));
    assert.ok(made.length > 2);
    for (const one of made) assert.deepEqual(releasesBefore(run, one), ["ingress-cert-manager"], one.name);
  });

  it("closes the namespaces after everything was installed, and measures before", async () => {
    const run = await registerProgram("dev", withPolicies);
    const closing = run.registrations.filter(({ name }) => /-default-deny$/.test(name));
    assert.ok(closing.length > 4);
    for (const one of closing) assert.deepEqual(releasesBefore(run, one), Object.keys(releases).sort(), one.name);
    const pods = run.registrations.filter(({ type }) => type === "kubernetes:core/v1:Pod");
    assert.equal(pods.length, 2);
    for (const pod of pods) assert.deepEqual(releasesBefore(run, pod), [], pod.name);
  });
});
