import * as assert from "node:assert/strict";
import { productionConfig, productionSecrets } from "../support/production-config";
import { waitsOf } from "../support/registration-waits";
import {
  findOne,
  ofType,
  registerProgram,
  type Registration,
  type Run,
  type StackConfig,
} from "../support/registrations";

const authorizationPolicy = "kubernetes:security.istio.io/v1:AuthorizationPolicy";
const peerAuthentication = "kubernetes:security.istio.io/v1:PeerAuthentication";
const release = "kubernetes:helm.sh/v3:Release";

const capacityReport = {
  service: "runners",
  methods: ["ListWorkloads"],
  namespace: "ops",
  serviceAccount: "capacity-report",
  because: "counts running workloads every night",
};

const inPlatform: readonly [title: string, config: StackConfig][] = [
  ["bootstrap", {}],
  ["network policies", { networkPolicies: { enabled: true, probe: true } }],
  ["Traefik in the mesh", { ingress: { provider: "ingress", controller: { entry: "mesh" } } }],
  ["the Gateway API", { ingress: { provider: "gateway-api" } }],
  ["the operator's namespaces", { namespaces: { create: false } }],
  ["the operator's Istio", { mesh: { manage: false } }],
];

function changed(before: readonly Registration[], after: readonly Registration[]): string[] {
  const known = new Map(before.map((one) => [`${one.type} ${one.name}`, JSON.stringify(one.inputs)]));
  const different = after.filter((one) => known.get(`${one.type} ${one.name}`) !== JSON.stringify(one.inputs));
  return different.map(({ name }) => name);
}

function namespaceLabels(registrations: readonly Registration[], namespace: string) {
  const found = registrations.find(
    ({ type, inputs }) =>
      type === "kubernetes:core/v1:Namespace" && (inputs.metadata as { name: string }).name === namespace,
  );
  return (found?.inputs.metadata as { labels: Record<string, string> }).labels;
}

describe("the mesh", () => {
  const run = (config: StackConfig) => registerProgram("dev", config);

  it("changes exactly one policy for one more caller, and says what that opens", async () => {
    const before = await run({});
    const after = await run({ mesh: { extraCallers: [capacityReport] } });
    assert.deepEqual(changed(before.registrations, after.registrations), [
      "mesh-authorizationpolicy-agyn-platform-runners",
    ]);
    assert.equal(after.registrations.length, before.registrations.length);
    assert.deepEqual(after.outputs.meshOpened, [
      "ops/capacity-report may call runners.ListWorkloads, because: counts running workloads every night.",
    ]);
  });

  it("opens one port of one workload for one exception, and says so", async () => {
    const exception = { workload: "metering", port: 9090, mode: "PERMISSIVE", because: "scraped from outside" };
    const { outputs, ...rest } = await run({ mesh: { exceptions: [exception] } });
    const { inputs } = findOne(
      { outputs, ...rest },
      peerAuthentication,
      "mesh-peerauthentication-agyn-platform-exception-metering",
    );
    const { mtls, portLevelMtls } = inputs.spec as { mtls: object; portLevelMtls: object };
    assert.deepEqual([mtls, portLevelMtls], [{ mode: "STRICT" }, { "9090": { mode: "PERMISSIVE" } }]);
    assert.equal((outputs.meshOpened as string[]).length, 1);
  });

  it("publishes where strict mutual TLS does not reach, and who may call the reserved RPCs", async () => {
    const { outputs } = await run({ overlay: { platformExtras: false } });
    const outside = outputs.meshOutside as { what: string; because: string; guardedBy: string }[];
    assert.ok(outside.length > 0);
    for (const { what, because, guardedBy } of outside) assert.ok(what && because && guardedBy);
    const callers = outputs.meshNamedCallers as string[];
    assert.ok(callers.includes("runners.CreateWorkload: agyn-platform/agents-orchestrator"), callers.join("\n"));
    assert.ok(callers.includes("agents.ResolveAgentIdentity: agyn-platform/tracing"), callers.join("\n"));
  });

  it("gives production two control planes and a gateway that scales and survives drains", async () => {
    const managed = { ...productionConfig(), mesh: { manage: true } };
    const result = await registerProgram("prod", managed, productionSecrets);
    const values = (name: string) => findOne(result, release, name).inputs.values as Record<string, unknown>;
    assert.equal(values("mesh-istiod").autoscaleMin, 2);
    assert.deepEqual(values("mesh-gateway").autoscaling, { enabled: true, minReplicas: 2 });
    assert.deepEqual(values("mesh-gateway").podDisruptionBudget, { minAvailable: 1 });
  });

  it("publishes the size of the policies it registers", async () => {
    const result = await run({});
    const { policies, bytes } = result.outputs.authorizationPolicySize as { policies: number; bytes: number };
    assert.equal(policies, ofType(result, authorizationPolicy).length);
    assert.ok(bytes > 10_000);
  });

  it("upgrades beside the running control plane: a retained revision stays the release it was", async () => {
    const before = await run({ mesh: { revision: "1-30-4" } });
    const retained = [{ revision: "1-30-4", version: "1.30.4" }];
    const after = await run({ mesh: { revision: "1-30-8", retained } });
    const old = findOne(after, release, "mesh-istiod-1-30-4").inputs;
    assert.equal(old.name, findOne(before, release, "mesh-istiod-1-30-4").inputs.name);
    assert.equal(old.version, "1.30.4");
    assert.equal(
      (findOne(after, release, "mesh-istiod-1-30-8").inputs.values as { revision: string }).revision,
      "1-30-8",
    );
    const labels = namespaceLabels(after.registrations, "agyn-platform");
    assert.equal(labels["istio.io/rev"], "1-30-8");
    assert.equal(labels["istio-injection"], undefined);
  });

  it("upgrades beside the unnamed control plane as well: it stays the release it was, and validates until it goes", async () => {
    const before = await run({});
    const during = await run({ mesh: { revision: "1-32-0", retained: [{ revision: "default", version: "1.31.4" }] } });
    const after = await run({ mesh: { revision: "1-32-0" } });
    const values = (of: Run, name: string) => findOne(of, release, name).inputs.values as Record<string, unknown>;
    const unnamed = findOne(before, release, "mesh-istiod").inputs;
    assert.deepEqual(findOne(during, release, "mesh-istiod").inputs, { ...unnamed, version: "1.31.4" });
    assert.equal(values(during, "mesh-istiod-1-32-0").revision, "1-32-0");
    // A webhook whose control plane does not run yet refuses every object of Istio's.
    const validating = [before, during, after].map((one) => values(one, "mesh-base").defaultRevision);
    assert.deepEqual(validating, ["default", "default", "1-32-0"]);
    assert.deepEqual(
      ofType(after, release).filter(({ name }) => name === "mesh-istiod"),
      [],
    );
  });

  for (const create of [true, false]) {
    it(`asks for the sidecars of a revision once its control plane runs, where the namespace is ${create ? "ours" : "the operator's"}`, async () => {
      const retained = [{ revision: "default", version: "1.31.4" }];
      const moved = await run({ namespaces: { create }, mesh: { revision: "1-32-0", retained } });
      const type = `kubernetes:core/v1:Namespace${create ? "" : "Patch"}`;
      const waits = waitsOf(moved, findOne(moved, type, "mesh-namespace-platform")).map(({ name }) => name);
      assert.ok(waits.includes("mesh-istiod-1-32-0"), waits.join());
    });
  }

  for (const [title, config] of inPlatform) {
    it(`has the platform's namespace before all that is in it: ${title}`, async () => {
      const made = await run(config);
      const inside = made.registrations.filter(
        ({ inputs }) => (inputs.metadata as { namespace?: string } | undefined)?.namespace === "agyn-platform",
      );
      assert.ok(inside.length > 40, `${inside.length} found`);
      const early = inside.filter((one) => !waitsOf(made, one).some(({ name }) => name === "mesh-namespace-platform"));
      assert.deepEqual(
        early.map(({ name }) => name),
        [],
      );
    });
  }

  it("logs who called what, and holds containers back until their proxy answers", async () => {
    const { values } = findOne(await run({}), release, "mesh-istiod").inputs as {
      values: { meshConfig: { accessLogFormat: string; defaultConfig: object }; env: object };
    };
    const format = JSON.parse(values.meshConfig.accessLogFormat) as Record<string, string>;
    assert.equal(format.caller, "%DOWNSTREAM_PEER_URI_SAN%");
    assert.equal(format.details, "%RESPONSE_CODE_DETAILS%");
    assert.deepEqual(values.meshConfig.defaultConfig, { holdApplicationUntilProxyStarts: true });
    assert.deepEqual(values.env, { ENABLE_NATIVE_SIDECARS: "auto" });
  });
});
