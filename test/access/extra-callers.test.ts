import assert from "node:assert/strict";
import { isExpired, validateExtraCallers } from "../../access/model/extra-callers";
import { buildModel } from "../../access/model/model";
import type { ExtraCaller } from "../../access/model/options";
import { callersOf, permits } from "../../access/answers/queries";
import { rpcs } from "../../access/platform/rpcs";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { optionsWith } from "./options";

const valid: ExtraCaller = {
  service: "runners",
  methods: ["ListWorkloads"],
  namespace: "reconcilers",
  serviceAccount: "reconciler",
  because: "Compares what should run with what runs.",
};

const { namespaces } = optionsWith();

function modelWith(...extraCallers: ExtraCaller[]) {
  return buildModel(optionsWith({ mesh: { extraCallers } }));
}

describe("an extra caller", () => {
  it("may call its methods and no other", () => {
    const model = modelWith(valid);
    const permitted = rpcs.filter(({ path }) => permits(model, valid, path, { header: false }).permitted);
    assert.deepEqual(
      permitted.map(({ method }) => method),
      ["ListWorkloads"],
    );
  });

  it("may call every RPC of its service when it asks for all", () => {
    const model = modelWith({ ...valid, methods: "*" });
    const permitted = rpcs.filter(({ path }) => permits(model, valid, path, { header: true }).permitted);
    assert.deepEqual(
      permitted,
      rpcs.filter(({ service }) => service === "runners"),
    );
  });

  it("may use a data store", () => {
    const model = modelWith({ ...valid, service: "postgres", methods: "*" });
    assert.equal(model.calls.filter(({ origin }) => origin === "extraCallers").length, 1);
    assert.equal(model.calls.at(-1)?.port, 5432);
  });

  it("takes nothing from the callers that were there", () => {
    const rpc = rpcs.find(({ path }) => path.endsWith("RunnersService/ListWorkloads")) ?? assert.fail();
    const before = callersOf(modelWith(), rpc);
    assert.deepEqual(callersOf(modelWith(valid), rpc).slice(0, before.length), before);
  });

  it("brings its reason into the answer", () => {
    const answer = permits(modelWith(valid), valid, "runners.ListWorkloads", { header: true });
    assert.equal(answer.because, valid.because);
  });
});

const mistakes: readonly [string, Partial<ExtraCaller>, string, string, RegExp][] = [
  ["a misspelt service", { service: "runner" }, "mesh.extraCallers[1].service", "runner", /"runners"/],
  ["a service on the overlay", { service: "k8s-runner" }, "mesh.extraCallers[1].service", "k8s-runner", /Did you mean/],
  ["a service without RPCs", { service: "chat-app" }, "mesh.extraCallers[1].service", "chat-app", /"chat"/],
  [
    "a misspelt method",
    { methods: ["ListWorkload"] },
    "mesh.extraCallers[1].methods[0]",
    "ListWorkload",
    /ListWorkloads/,
  ],
  ["no method", { methods: [] }, "mesh.extraCallers[1].methods", "an empty list", /"\*"/],
  ["methods of a data store", { service: "nats" }, "mesh.extraCallers[1].methods", "ListWorkloads", /no RPCs/],
  ["a wildcard account", { serviceAccount: "*" }, "mesh.extraCallers[1].serviceAccount", "*", /exact name/],
  ["a wildcard namespace", { namespace: "team-*" }, "mesh.extraCallers[1].namespace", "team-*", /exact name/],
  ["a pattern", { namespace: "te*m" }, "mesh.extraCallers[1].namespace", "te*m", /exact name/],
  ["the shared account", { serviceAccount: "default" }, "mesh.extraCallers[1].serviceAccount", "default", /of its own/],
  [
    "a method twice",
    { methods: ["ListWorkloads", "ListWorkloads"] },
    "mesh.extraCallers[1].methods[1]",
    "ListWorkloads",
    /same/,
  ],
  ["a misspelt namespace", { namespace: "platfrom" }, "mesh.extraCallers[1].namespace", "platfrom", /"platform"/],
  ["a namespace of agents", { namespace: "workloads" }, "mesh.extraCallers[1].namespace", "workloads", /no proxy/],
  ["the overlay's namespace", { namespace: "ziti" }, "mesh.extraCallers[1].namespace", "ziti", /no proxy/],
  [
    "nearly an account of the platform",
    { namespace: "platform", serviceAccount: "agent-orchestrator" },
    "mesh.extraCallers[1].serviceAccount",
    "agent-orchestrator",
    /"agents-orchestrator"/,
  ],
  ["no reason", { because: " " }, "mesh.extraCallers[1].because", " ", /why/],
];

describe("the check of extra callers", () => {
  it("finds nothing wrong with a valid one", () => {
    assert.deepEqual(validateExtraCallers([valid], namespaces), []);
  });

  for (const [title, change, key, received, fix] of mistakes) {
    it(`reports ${title}`, () => {
      const problems = validateExtraCallers([valid, { ...valid, ...change }], namespaces);
      assert.deepEqual(
        problems.map((problem) => [problem.key, problem.received]),
        [[key, received]],
      );
      assert.match(problems[0]?.fix ?? "", fix);
      assert.ok(problems[0]?.allowed);
    });
  }

  for (const [title, change] of [
    ["a workload of the platform", { namespace: "platform", serviceAccount: "agents-orchestrator" }],
    ["a second platform beside the first", { namespace: "platform-2" }],
    ["a namespace named after the platform's", { namespace: "platform-x" }],
    ["an account like the platform's elsewhere", { serviceAccount: "agent-orchestrator" }],
  ] as const) {
    it(`accepts ${title}`, () => {
      assert.deepEqual(validateExtraCallers([{ ...valid, ...change }], namespaces), []);
    });
  }

  it("reports every mistake at once", () => {
    const wrong = { ...valid, service: "runner", serviceAccount: "default", because: "" };
    assert.equal(validateExtraCallers([wrong, wrong], namespaces).length, 6);
  });

  it("suggests a value that would do", () => {
    const wrong = { ...valid, service: "runner" };
    assert.equal(validateExtraCallers([wrong], namespaces)[0]?.suggestion, "runners");
  });

  it("keeps an invalid one out of the model", () => {
    assert.throws(() => modelWith({ ...valid, service: "runner" }), /mesh\.extraCallers\[0\]\.service.*runners/);
  });
});

describe("the end of an extra caller's permission", () => {
  for (const [now, expected] of [
    ["2030-01-30T23:59:59Z", false],
    ["2030-01-31T00:00:00Z", false],
    ["2030-01-31T23:59:59Z", false],
    ["2030-02-01T00:00:00Z", true],
  ] as const) {
    it(`${expected ? "is over" : "is not over"} at ${now} when its last day is 2030-01-31`, () => {
      assert.equal(isExpired({ ...valid, expires: "2030-01-31" }, new Date(now)), expected);
    });
  }

  it("never comes without a last day", () => {
    assert.equal(isExpired(valid, new Date("2999-01-01")), false);
  });
});

describe("the policies with one extra caller more", () => {
  it("differ in the policy of its service alone", () => {
    const before = renderAuthorizationPolicies(modelWith());
    const after = renderAuthorizationPolicies(modelWith(valid));
    const changed = after.filter((policy, index) => JSON.stringify(policy) !== JSON.stringify(before[index]));
    assert.equal(after.length, before.length);
    assert.deepEqual(
      changed.map(({ metadata }) => metadata.name),
      ["runners"],
    );
  });
});
