import { isStoreName } from "../../platform/services";
import type { IdentifiedCaller } from "../caller";
import type { Call } from "../call";
import type { Model } from "../model";
import { entryPods, platformPods } from "./ends";
import { everyPod, tcp, type Flow, type PodsEnd } from "./flow";

type Workloads = ReadonlyMap<string, PodsEnd>;

// A caller of the operator's own is known by its ServiceAccount alone, which no packet filter can select: its namespace
// is let in, and the mesh decides which of its workloads gets through.
function callerEnd(caller: IdentifiedCaller, { options }: Model, known: Workloads): PodsEnd {
  if (caller.kind === "workload") return known.get(caller.name) ?? platformPods(options, caller.name);
  const [entry] = caller.kind === "entry" ? entryPods(options) : [];
  return entry ?? everyPod(caller.principal.namespace);
}

function workloadsOf({ services, options }: Model): Workloads {
  const { platform: namespace } = options.namespaces;
  return new Map(services.map(({ name, selector: labels }) => [name, { kind: "pods", name, namespace, labels }]));
}

function purposeOf({ callee, caller }: Call): Flow["purpose"] {
  if (isStoreName(callee)) return "stores";
  return caller.kind === "entry" ? "public" : "calls";
}

/**
 * Every call of the model and every use of a data store; two calls that differ in their RPCs alone are one flow. What an
 * exception opens to anyone is no flow: it has no peer that a packet filter could name.
 */
export function callFlows(model: Model): readonly Flow[] {
  const known = workloadsOf(model);
  const flows = model.calls.flatMap((call): Flow[] => {
    const { caller, callee, port, because } = call;
    if (caller.kind === "anyone") return [];
    const to = known.get(callee) ?? platformPods(model.options, callee);
    return [{ purpose: purposeOf(call), from: callerEnd(caller, model, known), to, ports: tcp(port), because }];
  });
  return [...new Map(flows.map((flow) => [JSON.stringify(flow), flow])).values()];
}
