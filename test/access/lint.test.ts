import assert from "node:assert/strict";
import { lintModel, lintRules, tables, type LintInput, type LintProblem } from "../support/model-lint";
import { buildModel, type Model } from "../../access/model/model";
import type { OverlayPolicy } from "../../access/platform/overlay";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import type { RpcPath } from "../../access/platform/rpcs";
import { sidecarOf } from "../support/istio-evaluator";
import { optionsWithExtras } from "./options";

const sound = buildModel(optionsWithExtras());
const [firstCall] = sound.calls;
const [firstPolicy] = sound.overlay.policies;
const [firstExposure] = sound.exposures;
assert.ok(firstCall?.kind === "rpc" && firstPolicy && firstExposure);

function withPolicy(changes: Partial<OverlayPolicy>): Model {
  const policies = [...sound.overlay.policies, { ...(firstPolicy ?? assert.fail()), ...changes }];
  return { ...sound, overlay: { ...sound.overlay, policies } };
}

function withoutPolicy(name: string): Model {
  return { ...sound, overlay: { ...sound.overlay, policies: sound.overlay.policies.filter((it) => it.name !== name) } };
}

type Tables = Partial<Omit<LintInput, "model">>;
const newRpc = { ...(tables.rpcs[0] ?? assert.fail()), path: "/agynio.api.agents.v1.AgentsService/Brand" } as never;
const brokenServices = tables.services.map((service) => ({ ...service, serviceAccount: "shared" }));

const cases: readonly [LintProblem["rule"], string, Model, Tables][] = [
  [
    "every RPC has a caller or is closed on purpose",
    "/agynio.api.agents.v1.AgentsService/Brand",
    sound,
    { rpcs: [...tables.rpcs, newRpc] },
  ],
  [
    "an RPC that is closed on purpose has no caller",
    firstCall.rpcs[0] ?? "",
    sound,
    { closed: [...tables.closed, ...firstCall.rpcs] },
  ],
  [
    "every RPC that is closed on purpose exists",
    "/agynio.api.agents.v1.AgentsService/Renamed",
    sound,
    { closed: [...tables.closed, "/agynio.api.agents.v1.AgentsService/Renamed"] },
  ],
  [
    "every called RPC exists on its callee",
    "/agynio.api.runners.v1.RunnersService/Gone",
    { ...sound, calls: [...sound.calls, { ...firstCall, rpcs: ["/agynio.api.runners.v1.RunnersService/Gone"] }] },
    {},
  ],
  [
    "every called port is served by its callee",
    "runners:1234",
    { ...sound, calls: [...sound.calls, { ...firstCall, port: 1234 }] },
    {},
  ],
  [
    "every role of a policy is issued to someone",
    "typo: #agent",
    withPolicy({ name: "typo", identityRoles: ["agent"] }),
    {},
  ],
  [
    "every role of a policy is issued to someone",
    "swapped: #runner-services",
    withPolicy({ name: "swapped", identityRoles: ["runner-services"] }),
    {},
  ],
  ["every issued role is used by a policy", "egress-services", withoutPolicy("egress-gateway-bind"), {}],
  [
    "every public host has routes and is exposed once",
    firstExposure.host,
    { ...sound, exposures: [...sound.exposures, firstExposure] },
    {},
  ],
  [
    "every public host has routes and is exposed once",
    "empty.agyn.test",
    { ...sound, exposures: [...sound.exposures, { ...firstExposure, host: "empty.agyn.test", routes: [] }] },
    {},
  ],
  ["every service has a ServiceAccount of its own", "shared", sound, { services: brokenServices }],
];

describe("the model's lint", () => {
  it("finds nothing in the complete model", () => {
    assert.deepEqual(lintModel(sound), []);
  });

  for (const [rule, subject, model, changes] of cases) {
    it(`knows that ${rule}: reports ${subject}`, () => {
      const problems = lintModel(model, { ...tables, ...changes });
      assert.deepEqual(problems[0], { rule, subject });
      assert.ok(problems.every((problem) => problem.rule === rule));
    });
  }

  it("has a case here for every rule", () => {
    assert.deepEqual(
      lintRules.filter((rule) => !cases.some(([covered]) => covered === rule)),
      [],
    );
  });
});

describe("an RPC of a later platform", () => {
  const later = tables.rpcs.map((rpc) => ({ ...rpc, path: `${rpc.path}V2` as RpcPath, callers: [] }));

  it("is reported by its name, whatever service it is on, until it is given a caller or closed on purpose", () => {
    const unclassed = later.filter(({ transport }) => transport === "mesh");
    assert.deepEqual(
      lintModel(sound, { ...tables, rpcs: [...tables.rpcs, ...later] }),
      unclassed.map(({ path }) => ({ rule: "every RPC has a caller or is closed on purpose", subject: path })),
    );
    const closed = [...tables.closed, ...unclassed.map(({ path }) => path)];
    assert.deepEqual(lintModel(sound, { ...tables, closed, rpcs: [...tables.rpcs, ...later] }), []);
  });

  it("is open to nobody until then", () => {
    const policies = renderAuthorizationPolicies(sound);
    const mesh = { policies, rootNamespace: "istio-system", trustDomain: "cluster.local" };
    const open = later.filter(({ service, path }) => {
      const labels = { "app.kubernetes.io/name": service };
      const decide = sidecarOf(mesh, { namespace: "platform", labels });
      const request = { namespace: "platform", labels, port: 50051, method: "POST", path, headers: {} };
      return tables.services.some(
        ({ serviceAccount }) =>
          decide({ ...request, principal: `cluster.local/ns/platform/sa/${serviceAccount}` }) !== "denied",
      );
    });
    assert.deepEqual(open, []);
  });
});
