import assert from "node:assert/strict";
import { buildModel, type Model } from "../../access/model/model";
import { roles, type RoleName } from "../../access/model/overlay";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { renderNetworkPolicies } from "../../access/render/network-policies";
import { renderOverlayObjects } from "../../access/render/overlay-objects";
import { renderPeerAuthentication } from "../../access/render/peer-authentication";
import { rpcs } from "../../access/platform/rpcs";
import { serviceNames, storeNames, type ServiceName } from "../../access/platform/services";
import { findCaller, findTarget, type Caller } from "../../cli/explain/ends";
import { explain, type Installation } from "../../cli/explain/explain";
import { overlayTargets } from "../../cli/explain/hosting";
import { whatCan, whoCan } from "../../cli/explain/lists";
import { networkPoliciesWith, optionsWith, optionsWithExtras } from "../access/options";
import { admits } from "../access/render/traffic";
import { sidecarOf } from "../support/istio-evaluator";

const ours = { service: "runners", methods: ["ListWorkloads", "CreateWorkload"], namespace: "ops" } as const;
const extraCallers = [
  { ...ours, serviceAccount: "report", because: "Ours." },
  { ...ours, service: "nats", methods: "*", serviceAccount: "reader", because: "Ours." } as const,
];
const callerNames = [...serviceNames, ...storeNames, "ingress-gateway", "ops/report", "ops/reader", "platform/default"];
type Workload = Extract<Caller, { kind: "workload" }>;

function installationOf(model: Model): Installation {
  return { model, isPublic: true, networkPolicies: renderNetworkPolicies(model) };
}

const networkPolicies = networkPoliciesWith({ enabled: true });
const plain = installationOf(buildModel(optionsWith({ mesh: { extraCallers }, networkPolicies })));
const extras = installationOf(buildModel({ ...optionsWithExtras(), networkPolicies }));
const workloadOf = ({ model }: Installation, name: string) => findCaller(model, name) as Workload;

/** The sidecar of every workload, configured with what is rendered. */
function meshOf({ model }: Installation) {
  const { namespaces, mesh } = model.options;
  const policies = [...renderAuthorizationPolicies(model), renderPeerAuthentication(model)];
  const settings = { policies, rootNamespace: namespaces.mesh, trustDomain: mesh.trustDomain };
  return new Map(
    model.services.map(({ name, selector }) => {
      const workload = { namespace: namespaces.platform, labels: selector };
      return [name, { workload, decide: sidecarOf(settings, workload) }];
    }),
  );
}

for (const [title, installation] of [
  ["with callers of the operator's own", plain],
  ["for today's images", extras],
] as const) {
  describe(`explain, ${title}`, function () {
    // Every pair of the table: a loaded machine takes its time.
    this.timeout(90_000);

    const { model } = installation;
    const callers = callerNames.map((name) => workloadOf(installation, name));
    const sidecars = meshOf(installation);

    function allowedStates({ principal: { namespace, serviceAccount } }: Workload, path: string, service: ServiceName) {
      const sidecar = sidecars.get(service);
      assert.ok(sidecar);
      const principal = `cluster.local/ns/${namespace}/sa/${serviceAccount}`;
      return [{ "x-identity-id": "5f2c" }, {}].filter((headers) => {
        const request = { ...sidecar.workload, principal, method: "POST", path, port: 50051, headers };
        return sidecar.decide(request as Parameters<typeof sidecar.decide>[0]) === "allowed";
      });
    }

    it("agrees with the evaluator of the mesh for every caller and RPC, header included", () => {
      const wrong: string[] = [];
      let pairs = 0;
      for (const rpc of rpcs.filter(({ transport }) => transport === "mesh")) {
        const target = findTarget(rpc.path);
        for (const caller of callers) {
          pairs++;
          const states = allowedStates(caller, rpc.path, rpc.service);
          const { layers } = explain(installation, caller, target);
          const mesh = layers.find(({ layer }) => layer === "mesh");
          const only = /Only (with|without) the/.exec(mesh?.because ?? "")?.[1];
          const expected =
            states.length === 1 ? ("x-identity-id" in (states[0] ?? {}) ? "with" : "without") : undefined;
          if ((mesh?.verdict === "open") !== states.length > 0 || only !== expected) {
            wrong.push(`${caller.title} -> ${target.title}: ${mesh?.verdict} ${only}, evaluator ${states.length}`);
          }
        }
      }
      assert.deepEqual(wrong.slice(0, 10), []);
      assert.equal(pairs, callers.length * rpcs.filter(({ transport }) => transport === "mesh").length);
    });

    it("agrees with the evaluator of network policies for every caller and port of a callee", () => {
      const wrong: string[] = [];
      const { networkPolicies: policies } = installation;
      for (const callee of [...model.services, ...storeNames.map((name) => ({ name }))]) {
        const pods = workloadOf(installation, callee.name).pods;
        const used = model.calls.filter((call) => call.callee === callee.name).map(({ port }) => port);
        for (const port of new Set([...used, 9999])) {
          for (const caller of callers) {
            const { layers } = explain(installation, caller, findTarget(`${callee.name}:${port}`));
            const verdict = layers.find(({ layer }) => layer === "network policies")?.verdict;
            const expected =
              admits(policies, "Egress", caller.pods, pods, port) &&
              admits(policies, "Ingress", pods, caller.pods, port);
            if ((verdict === "open") !== expected) wrong.push(`${caller.title} -> ${callee.name}:${port}: ${verdict}`);
          }
        }
      }
      assert.deepEqual(wrong.slice(0, 10), []);
    });

    it("agrees with the rendered overlay for every role and target", () => {
      const { servicePolicies, services } = renderOverlayObjects(model);
      const targets = [...new Set(model.overlay.policies.flatMap(overlayTargets))];
      const wrong: string[] = [];
      for (const role of Object.keys(roles).filter((name) => roles[name as RoleName].kind === "identity")) {
        for (const target of targets) {
          const attributes = services.find(({ name }) => name === target)?.roleAttributes ?? [target.slice(1)];
          const expected = servicePolicies.some(
            (policy) =>
              policy.type === "Dial" &&
              policy.identityRoles.includes(`#${role}`) &&
              (policy.services.includes(target) ||
                policy.serviceRoles.some((name) => attributes.includes(name.slice(1)))),
          );
          const { permitted } = explain(installation, findCaller(model, `#${role}`), findTarget(target));
          if (permitted !== expected) wrong.push(`#${role} -> ${target}: ${permitted}`);
        }
      }
      assert.deepEqual(wrong, []);
    });

    it("gives the same answers as who-can and what-can, for every pair", () => {
      const open = new Set<string>();
      for (const rpc of rpcs.filter(({ transport }) => transport === "mesh")) {
        const states = callers.filter((caller) => allowedStates(caller, rpc.path, rpc.service).length > 0);
        states.forEach(({ title }) => open.add(`${title.replace("platform/", "")} ${rpc.service}.${rpc.method}`));
        const who = whoCan(model, findTarget(rpc.path)).filter(({ layer }) => layer === "mesh");
        assert.deepEqual(
          [...new Set(who.map((grant) => grant.who))].sort(),
          states.map(({ title }) => title).sort(),
          rpc.path,
        );
      }
      const told = callers.flatMap((caller) =>
        whatCan(model, caller)
          .filter(({ layer, what }) => layer === "mesh" && what.includes("."))
          .map(({ what }) => `${caller.title} ${what}`),
      );
      assert.deepEqual([...new Set(told)].sort(), [...open].sort());
    });
  });
}
