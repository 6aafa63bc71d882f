import type { Call, Principal } from "../calls";
import type { Model } from "../model";
import { accountOf } from "../service-accounts";
import { isStoreName, storeNames } from "../../platform/services";
import { ingressEntry } from "../entry";
import { entryPods, platformPods } from "./ends";
import { everyPod, tcp, type Flow, type PodsEnd } from "./flow";

interface Workloads {
  readonly byName: ReadonlyMap<string, PodsEnd>;
  readonly byAccount: ReadonlyMap<string, PodsEnd>;
}

function workloadsOf({ services, options }: Model): Workloads {
  const { platform: namespace } = options.namespaces;
  const ends = services.map(({ name, serviceAccount, selector: labels }) => {
    return { name, serviceAccount, end: { kind: "pods", name, namespace, labels } as const };
  });
  return {
    byName: new Map(ends.map(({ name, end }) => [name, end])),
    byAccount: new Map(ends.map(({ serviceAccount, end }) => [serviceAccount, end])),
  };
}

function isEntry({ namespace, serviceAccount }: Principal, options: Model["options"]): boolean {
  const { caller } = ingressEntry(options);
  return caller?.namespace === namespace && caller.serviceAccount === serviceAccount;
}

// A caller of the operator's own is known by its ServiceAccount alone, which no packet filter can select: its namespace
// is let in, and the mesh decides which of its workloads gets through.
function callerEnd({ namespace, serviceAccount }: Principal, { options }: Model, known: Workloads): PodsEnd {
  const { namespaces } = options;
  const [entry] = isEntry({ namespace, serviceAccount }, options) ? entryPods(options) : [];
  if (entry !== undefined) return entry;
  if (namespace !== namespaces.platform) return everyPod(namespace);
  const store = storeNames.find((name) => (name === "openfga" ? accountOf(options, name) : name) === serviceAccount);
  if (store !== undefined) return platformPods(options, store);
  return known.byAccount.get(serviceAccount) ?? everyPod(namespace);
}

function purposeOf({ callee, caller }: Call, { options }: Model): Flow["purpose"] {
  if (isStoreName(callee)) return "stores";
  return isEntry(caller, options) ? "public" : "calls";
}

/** Every call of the model and every use of a data store; two calls that differ in their RPCs alone are one flow. */
export function callFlows(model: Model): readonly Flow[] {
  const known = workloadsOf(model);
  const flows = model.calls.map((call): Flow => ({
    purpose: purposeOf(call, model),
    from: callerEnd(call.caller, model, known),
    to: known.byName.get(call.callee) ?? platformPods(model.options, call.callee),
    ports: tcp(call.port),
    because: call.because,
  }));
  return [...new Map(flows.map((flow) => [JSON.stringify(flow), flow])).values()];
}
