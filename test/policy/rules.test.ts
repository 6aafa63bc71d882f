import * as assert from "node:assert/strict";
import type { Resource, Surroundings } from "../../policy/rule";
import { judge, rules } from "../../policy/rules";
import { toSurroundings } from "../../policy/surroundings";
import { productionConfig, productionSecrets } from "../support/production-config";
import { registerProgram, type StackConfig } from "../support/registrations";
import { badInProduction, badReleases, badVariants, type BadVariant } from "./bad-variants";

const internet = { service: "media-proxy", destinations: ["0.0.0.0/0", "::/0"], because: "fetches pictures of users" };
const addresses = { apiServer: ["192.0.2.10/32"], clusterAddresses: ["192.0.2.0/24"] };
const networkPolicies = { enabled: true, internetEgress: [internet], ...addresses };

interface Judged {
  readonly resources: readonly Resource[];
  readonly surroundings: Surroundings;
}

async function register(stack: string, config: StackConfig, tags: Record<string, string> = {}): Promise<Judged> {
  const run = await registerProgram(stack, config, productionSecrets);
  const resources = run.registrations.map(({ type, name, inputs }) => ({ type, name, props: inputs }));
  const raw = Object.entries(config).map(([key, value]) => {
    return [`agyn-networking:${key}`, typeof value === "string" ? value : JSON.stringify(value)] as const;
  });
  const facts = { project: "agyn-networking", stack, config: Object.fromEntries(raw) };
  return { resources, surroundings: toSurroundings(facts, new Map(Object.entries(tags))) };
}

/** `rule: resource` of every violation. */
function violations({ resources, surroundings }: Judged): string[] {
  return rules.flatMap((rule) =>
    resources.flatMap((resource) => judge(rule, resource, surroundings).map(() => `${rule.name}: ${resource.name}`)),
  );
}

function worsen({ resources, ...rest }: Judged, { type, name, change, add }: BadVariant): Judged {
  if (add !== undefined) return { ...rest, resources: [...resources, { type, name, props: add }] };
  const found = resources.filter((one) => one.type === type && one.name === name);
  assert.equal(found.length, 1, `the program registers one ${type} ${name}`);
  return {
    ...rest,
    resources: resources.map((one) =>
      one.type === type && one.name === name ? { ...one, props: change?.(one.props) ?? one.props } : one,
    ),
  };
}

describe("the policy pack", () => {
  let bootstrap: Judged;
  let production: Judged;
  before(async () => {
    bootstrap = await register("dev", { networkPolicies });
    production = await register("prod", { ...productionConfig(), networkPolicies });
  });

  it("has nothing against the program, in both profiles, with everything switched on", async () => {
    const exceptions = [{ workload: "runners", port: 50051, mode: "PERMISSIVE", because: "an old client" }];
    const mesh = { exceptions, extraCallers: [] };
    assert.deepEqual(violations(bootstrap), []);
    assert.deepEqual(violations(production), []);
    assert.deepEqual(violations(await register("dev", { mesh, ingress: { redirectHttp: false } })), []);
    assert.deepEqual(violations(await register("prod", { ...productionConfig(), mesh })), []);
    assert.equal(bootstrap.surroundings.production, false);
    assert.equal(production.surroundings.production, true);
  });

  for (const variant of [...badVariants, ...badReleases]) {
    it(`catches ${variant.title} by the name ${variant.rule}`, () => {
      assert.deepEqual(new Set(violations(worsen(bootstrap, variant))), new Set([`${variant.rule}: ${variant.name}`]));
    });
  }

  for (const variant of badInProduction) {
    it(`catches in production ${variant.title} by the name ${variant.rule}`, () => {
      const found = violations(worsen(production, variant));
      assert.ok(found.includes(`${variant.rule}: ${variant.name}`), found.join("\n"));
      assert.ok(!violations(worsen(bootstrap, variant)).includes(`${variant.rule}: ${variant.name}`));
    });
  }

  it("lets agents reach the internet where their settings say so, and by the program's policy alone", async () => {
    const open = { ...networkPolicies, agentEgress: "internet" };
    const rule = "internet-egress-needs-a-reason";
    for (const judged of [
      await register("dev", { networkPolicies: open }),
      await register("prod", { ...productionConfig(), networkPolicies: open }),
    ]) {
      assert.deepEqual(violations(judged), []);
      const { openAgentsNamespace, ...closed } = judged.surroundings;
      const own = judged.resources.filter(
        ({ props }) => (props["metadata"] as { name?: string } | undefined)?.name === "every-pod-internet-out",
      );
      assert.deepEqual([own.length, openAgentsNamespace], [1, "agyn-workloads"]);
      const found = [...new Set(violations({ ...judged, surroundings: closed }))];
      assert.deepEqual(found, [`${rule}: ${own[0]?.name}`]);
      const renamed = own.map(({ props, ...rest }) => {
        const metadata = { ...(props["metadata"] as object), name: "agent-workload-egress" };
        return { ...rest, props: { ...props, metadata } };
      });
      assert.deepEqual([...new Set(violations({ ...judged, resources: renamed }))], found);
    }
  });

  it("is as strict as in production where the stack's tag says so", async () => {
    const tagged = await register("dev", {}, { environment: "production" });
    assert.equal(tagged.surroundings.production, true);
    assert.ok(violations(tagged).includes("production-tls-is-real: ingress-gateway"));
  });

  it("takes the reason for the internet from the configuration alone", () => {
    const unexplained = { ...bootstrap, surroundings: { ...bootstrap.surroundings, internetEgress: [] } };
    assert.deepEqual(
      new Set(violations(unexplained)),
      new Set([
        "internet-egress-needs-a-reason: network-policies-networkpolicy-agyn-platform-media-proxy-internet-out",
      ]),
    );
  });

  it("never quotes a secret that it finds", () => {
    const { surroundings } = bootstrap;
    const props = { data: { password: "hunter2hunter2", url: "postgres://me:hunter2hunter2@db/x" } };
    const resource = { type: "kubernetes:core/v1:ConfigMap", name: "c", props };
    const found = rules.flatMap((rule) => judge(rule, resource, surroundings));
    assert.equal(found.length, 2);
    assert.doesNotMatch(found.join(), /hunter2/);
  });
});
