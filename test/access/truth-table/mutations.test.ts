import assert from "node:assert/strict";
import type { Manifest } from "../../../access/render/manifest";
import { buildModel } from "../../../access/model/model";
import { renderAuthorizationPolicies } from "../../../access/render/authorization-policies";
import { renderPeerAuthentication } from "../../../access/render/peer-authentication";
import { isAllowed, sidecarOf } from "../../support/istio-evaluator";
import { optionsWith } from "../options";
import { buildTable, podsOf, type Case } from "./cases";
import { authenticationMutations, closingMutations, mutationsOf, type Mutation } from "./mutations";
import { publicMutations, publicTable } from "./public-hosts";

const model = buildModel(optionsWith());
const authentication = renderPeerAuthentication(model);
const authorization = renderAuthorizationPolicies(model);
const inPlatform = authorization.filter(({ metadata }) => metadata.namespace === "platform");
const inIngress = authorization.filter(({ metadata }) => metadata.namespace === "ingress");
const table = buildTable(false);
const casesAbout = new Map<string, Case[]>();
for (const [workload, cases] of table) {
  for (const one of cases) {
    const key = `${workload} ${one.subject}`;
    const about = casesAbout.get(key) ?? [];
    about.push(one);
    casesAbout.set(key, about);
  }
}
const settings = { rootNamespace: "istio-system", trustDomain: "cluster.local" };

function differs(policies: readonly Manifest[], workload: string, cases: readonly Case[]): boolean {
  const decide = sidecarOf({ ...settings, policies }, podsOf(workload));
  return cases.some(({ request, expected }) => decide(request) !== expected);
}

function withMutant(policies: readonly Manifest[], original: Manifest, { mutant }: Mutation): Manifest[] {
  return policies.flatMap((policy) => (policy === original ? [mutant ?? []].flat() : [policy]));
}

// The workload that the policy is for first, and there the cases about what was changed: the others only if those agree.
function isCaught(original: Manifest, mutation: Mutation): boolean {
  const policies = withMutant([authentication, ...inPlatform], original, mutation);
  const { name } = original.metadata;
  const near = mutation.near.flatMap((subject) => casesAbout.get(`${name} ${subject}`) ?? []);
  return differs(policies, name, near) || [...table].some(([workload, cases]) => differs(policies, workload, cases));
}

// The whole table of the ingress gateway: it is short.
function isCaughtInPublic(original: Manifest, mutation: Mutation): boolean {
  const policies = withMutant(inIngress, original, mutation);
  return publicTable.some(({ request, allowed }) => isAllowed(policies, request) !== allowed);
}

describe("the truth table's grip", () => {
  const tally = { total: 0, caught: 0 };

  function missed(original: Manifest, mutations: readonly Mutation[], isFound = isCaught): string[] {
    const uncaught = mutations.filter((mutation) => !isFound(original, mutation));
    tally.total += mutations.length;
    tally.caught += mutations.length - uncaught.length;
    return uncaught.map(({ title, near }) => `${original.metadata.name}: ${title}, ${near.join(" ")}`);
  }

  after(() => {
    console.log(`      mutations of the mesh's policies caught by the truth table: ${tally.caught}/${tally.total}`);
  });

  it("catches every mutation of every callee's policy", function () {
    // Thousands of policies: seconds on a quiet machine, minutes beside engines that build.
    this.timeout(120_000);
    const callees = inPlatform.filter(({ spec }) => spec.rules !== undefined);
    assert.deepEqual(
      callees.flatMap((policy) => missed(policy, mutationsOf(policy))),
      [],
    );
  });

  it("catches every mutation of the policy that closes the platform's namespace", () => {
    const closing = inPlatform.find(({ spec }) => spec.rules === undefined) ?? assert.fail();
    assert.deepEqual(missed(closing, closingMutations(closing)), []);
  });

  it("catches every mutation of the policy that asks for mutual TLS", () => {
    assert.deepEqual(missed(authentication, authenticationMutations(authentication)), []);
  });

  it("catches every mutation of the ingress gateway's policies", () => {
    const [hosts, closing] = inIngress;
    assert.ok(hosts && closing);
    assert.deepEqual(missed(hosts, publicMutations(hosts), isCaughtInPublic), []);
    assert.deepEqual(missed(closing, closingMutations(closing), isCaughtInPublic), []);
  });
});
