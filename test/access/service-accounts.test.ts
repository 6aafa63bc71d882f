import assert from "node:assert/strict";
import { buildModel, serviceOf } from "../../access/model/model";
import type { RenamedAccount } from "../../access/model/options";
import { platformPrincipal } from "../../access/model/caller";
import { permits } from "../../access/answers/queries";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { renderNetworkPolicies } from "../../access/render/network-policies";
import { validateServiceAccounts } from "../../access/model/service-accounts";
import { networkPoliciesWith, optionsWith } from "./options";

const orchestrator: RenamedAccount = { service: "agents-orchestrator", serviceAccount: "agyn-orchestrator" };
const create = "runners.CreateWorkload";

function modelWith(serviceAccounts: readonly RenamedAccount[], manage = true) {
  return buildModel(optionsWith({ mesh: { serviceAccounts, manage } }));
}

describe("a renamed ServiceAccount", () => {
  const model = modelWith([orchestrator]);

  it("is the one its workload's Kubernetes objects are to be made with", () => {
    assert.equal(serviceOf(model, "agents-orchestrator").serviceAccount, "agyn-orchestrator");
    assert.equal(serviceOf(model, "runners").serviceAccount, "runners");
  });

  it("takes every principal with it", () => {
    const before = JSON.stringify(renderAuthorizationPolicies(modelWith([])));
    const after = JSON.stringify(renderAuthorizationPolicies(model).map(({ spec }) => spec));
    assert.match(before, /sa\/agents-orchestrator"/);
    assert.doesNotMatch(after, /sa\/agents-orchestrator"/);
    assert.match(after, /sa\/agyn-orchestrator"/);
  });

  it("leaves the old name without a right", () => {
    const old = { namespace: "platform", serviceAccount: "agents-orchestrator" };
    assert.equal(permits(model, old, create, { header: false }).permitted, false);
    assert.equal(permits(model, "agents-orchestrator", create, { header: false }).permitted, true);
    assert.equal(platformPrincipal(model.options, "agents-orchestrator").serviceAccount, "agyn-orchestrator");
  });

  it("changes no network policy: pods are selected by label", () => {
    const networkPolicies = networkPoliciesWith();
    const rendered = (serviceAccounts: RenamedAccount[]) =>
      renderNetworkPolicies(buildModel(optionsWith({ networkPolicies, mesh: { serviceAccounts } })));
    const renamed = [orchestrator, { service: "openfga", serviceAccount: "fga" }];
    assert.deepEqual(rendered(renamed), rendered([]));
  });

  it("may be the ingress gateway's where the mesh is the operator's", () => {
    const renamed = modelWith([{ service: "istio-ingressgateway", serviceAccount: "public-gateway" }], false);
    const policy = renderAuthorizationPolicies(renamed).find(({ metadata }) => metadata.name === "chat-app");
    assert.match(JSON.stringify(policy?.spec), /cluster\.local\/ns\/ingress\/sa\/public-gateway"/);
  });
});

const mistakes: readonly [string, readonly RenamedAccount[], string, RegExp][] = [
  ["a misspelt workload", [{ service: "runner", serviceAccount: "x" }], "[0].service", /"runners"/],
  ["a data store that calls nobody", [{ service: "minio", serviceAccount: "x" }], "[0].service", /Did you mean/],
  [
    "the gateway that the program installs",
    [{ service: "istio-ingressgateway", serviceAccount: "x" }],
    "[0].service",
    /installs/,
  ],
  ["the shared account", [{ service: "runners", serviceAccount: "default" }], "[0].serviceAccount", /of its own/],
  ["a pattern", [{ service: "runners", serviceAccount: "run*" }], "[0].serviceAccount", /exact name/],
  [
    "another workload's name",
    [{ service: "runners", serviceAccount: "agents" }],
    "[0].serviceAccount",
    /agents runs as it/,
  ],
  ["a workload twice", [orchestrator, { ...orchestrator, serviceAccount: "x" }], "[1].service", /Remove one/],
];

describe("the check of renamed ServiceAccounts", () => {
  for (const [title, serviceAccounts, key, fix] of mistakes) {
    it(`reports ${title}`, () => {
      const problems = validateServiceAccounts({ serviceAccounts, manage: true });
      assert.deepEqual(
        problems.map((problem) => problem.key),
        [`mesh.serviceAccounts${key}`],
      );
      assert.match(problems[0]?.fix ?? "", fix);
    });
  }

  it("lets two workloads swap their names", () => {
    const serviceAccounts = [
      { service: "runners", serviceAccount: "agents" },
      { service: "agents", serviceAccount: "runners" },
    ];
    assert.deepEqual(validateServiceAccounts({ serviceAccounts, manage: true }), []);
  });

  it("keeps an invalid one out of the model", () => {
    assert.throws(() => modelWith([{ service: "runner", serviceAccount: "x" }]), /mesh\.serviceAccounts\[0\]\.service/);
  });
});
