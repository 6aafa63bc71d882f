import * as assert from "node:assert/strict";
import { productionConfig, productionSecrets } from "../support/production-config";
import { registerProgram, type StackConfig } from "../support/registrations";
import { madeBy, podsOf, referencesOf, userProblems } from "./pod-needs";

const probed = { networkPolicies: { enabled: true, probe: true } };
const renamed = { mesh: { serviceAccounts: [{ service: "ziti-management", serviceAccount: "overlay-operator" }] } };
const mirrored = { images: { registry: "registry.acme-robotics.io/mirror" } };

const pullSecret = "registry-credential";

const variants: readonly (readonly [title: string, stack: string, config: () => StackConfig, pods: number])[] = [
  ["bootstrap with nothing configured", "dev", () => ({}), 2],
  ["bootstrap with the probe of enforcement", "dev", () => probed, 4],
  ["bootstrap with renamed accounts and mirrored images", "dev", () => ({ ...renamed, ...mirrored }), 2],
  ["bootstrap with Secrets for images", "dev", () => ({ ...probed, images: { pullSecrets: [pullSecret] } }), 4],
  ["bootstrap with another Secret", "dev", () => ({ zitiManagement: { secretName: "overlay-credential" } }), 2],
  ["bootstrap without Ziti Management", "dev", () => ({ zitiManagement: { deploy: false } }), 0],
  ["bootstrap with a cluster of controllers", "dev", () => ({ controller: { mode: "cluster" } }), 2],
  ["production", "prod", productionConfig, 1],
  [
    "production that manages everything",
    "prod",
    () => ({ ...productionConfig(), mesh: { manage: true }, certManager: { manage: true } }),
    1,
  ],
  [
    "production with namespaces of the operator's",
    "prod",
    () => ({ ...productionConfig(), namespaces: { create: false } }),
    1,
  ],
];

// What the operator makes: the Secrets that `images.pullSecrets` names, which the preflight looks for. Nothing else is left
// to anybody; what ever is belongs here, and into a check of the preflight.
const requirements: ReadonlySet<string> = new Set(
  ["agyn-platform", "agyn-workloads"].map((namespace) => `Secret ${namespace}/${pullSecret}`),
);

describe("every pod that the program makes", () => {
  for (const [title, stack, config, count] of variants) {
    it(`finds what it refers to, and may run as the user it has, in ${title}`, async () => {
      const run = await registerProgram(stack, config(), productionSecrets);
      const [pods, made] = [podsOf(run), madeBy(run)];
      assert.equal(pods.length, count);
      const problems = pods.flatMap((pod) => [
        ...referencesOf(pod)
          .filter((reference) => !made.has(reference) && !requirements.has(reference))
          .map((reference) => `${pod.owner} refers to ${reference}, which nobody makes`),
        ...userProblems(pod).map((problem) => `${pod.owner} ${problem}`),
      ]);
      assert.deepEqual(problems, []);
    });
  }

  it("has references to look at", async () => {
    const references = podsOf(await registerProgram("dev", {})).flatMap(referencesOf);
    assert.deepEqual(references.sort(), [
      "PersistentVolumeClaim agyn-platform/ziti-management-db",
      "Secret agyn-platform/ziti-management-credentials",
      "Secret agyn-platform/ziti-management-database",
      "Secret agyn-platform/ziti-management-db",
      "ServiceAccount agyn-platform/ziti-management",
      "ServiceAccount agyn-platform/ziti-management-db",
    ]);
  });
});
