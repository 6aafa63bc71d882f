import { buildFlows, managedNamespaces } from "../model/flows";
import type { Flow, PodsEnd } from "../model/flows/flow";
import { denyAllName, policyName, type Direction } from "../model/flows/policy-name";
import { groupBy } from "../model/group-by";
import { becauseAnnotation, type Manifest } from "./manifest";
import type { Model } from "../model/model";
import { toRules, toSelector } from "./network-rules";

interface Side {
  readonly subject: PodsEnd;
  readonly direction: Direction;
  readonly flow: Flow;
}

const policyTypes = { ingress: "Ingress", egress: "Egress" };

// Probes of the own node are never filtered, and a rule for them would have to open the port to everybody.
function sidesOf(flow: Flow): Side[] {
  if (flow.purpose === "probes") return [];
  const { from, to } = flow;
  return [
    ...(from.kind === "pods" ? [{ subject: from, direction: "egress" as const, flow }] : []),
    ...(to.kind === "pods" ? [{ subject: to, direction: "ingress" as const, flow }] : []),
  ];
}

function keyOf({ subject, direction, flow }: Side): string {
  return [subject.namespace, subject.name, flow.purpose, direction].join("/");
}

function manifestOf(name: string, namespace: string, because: string, spec: Manifest["spec"]): Manifest {
  const metadata = { name, namespace, annotations: { [becauseAnnotation]: because } };
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata, spec };
}

// Its one type is the direction of its rules: without it an egress policy would close ingress too.
function toPolicy(sides: readonly Side[]): Manifest[] {
  const [first] = sides;
  if (first === undefined) return [];
  const { subject, direction, flow } = first;
  const flows = sides.map((side) => side.flow);
  const rules = toRules(direction === "ingress" ? "from" : "to", flows);
  if (rules.length === 0) return [];
  const name = policyName(subject, flow.purpose, direction);
  const because = [...new Set(flows.map((one) => one.because))].join(" ");
  const podSelector = toSelector(subject.labels);
  return [
    manifestOf(name, subject.namespace, because, {
      podSelector,
      policyTypes: [policyTypes[direction]],
      [direction]: rules,
    }),
  ];
}

function denyAll(namespace: string): Manifest {
  const because = "What no other policy of this namespace allows is closed.";
  const spec = { podSelector: {}, policyTypes: ["Ingress", "Egress"] };
  return manifestOf(denyAllName, namespace, because, spec);
}

/**
 * Packet filters under the mesh; none unless `networkPolicies.enabled`. Every managed namespace is closed in both
 * directions, and each flow is opened at each of its ends that is managed: one policy per pods, purpose and direction.
 */
export function renderNetworkPolicies(model: Model): readonly Manifest[] {
  if (!model.options.networkPolicies.enabled) return [];
  const managed = managedNamespaces(model);
  const sides = buildFlows(model)
    .flatMap(sidesOf)
    .filter(({ subject }) => managed.includes(subject.namespace));
  return [...[...groupBy(sides, keyOf).values()].flatMap(toPolicy), ...managed.map(denyAll)];
}
