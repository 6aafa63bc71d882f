import type { Call, Principal } from "../calls";
import type { Model } from "../model";
import { accountOf } from "../service-accounts";
import { isStoreName, storeNames } from "../services";
import { gatewayPods, platformPods } from "./ends";
import { everyPod, tcp, type Flow, type PodsEnd } from "./flow";

// A caller of the operator's own is known by its ServiceAccount alone, which no packet filter can select: its namespace
// is let in, and the mesh decides which of its workloads gets through.
function callerEnd({ namespace, serviceAccount }: Principal, { options, services }: Model): PodsEnd {
  const { namespaces } = options;
  if (namespace === namespaces.ingress) return gatewayPods(options);
  if (namespace !== namespaces.platform) return everyPod(namespace);
  const store = storeNames.find((name) => (name === "openfga" ? accountOf(options, name) : name) === serviceAccount);
  const known = store ?? services.find((service) => service.serviceAccount === serviceAccount)?.name;
  return known === undefined ? everyPod(namespace) : platformPods(options, known);
}

function purposeOf({ callee, caller }: Call, { options }: Model): Flow["purpose"] {
  if (isStoreName(callee)) return "stores";
  return caller.namespace === options.namespaces.ingress ? "public" : "calls";
}

/** Every call of the model and every use of a data store; two calls that differ in their RPCs alone are one flow. */
export function callFlows(model: Model): readonly Flow[] {
  const flows = model.calls.map((call): Flow => ({
    purpose: purposeOf(call, model),
    from: callerEnd(call.caller, model),
    to: platformPods(model.options, call.callee),
    ports: tcp(call.port),
    because: call.because,
  }));
  return [...new Map(flows.map((flow) => [JSON.stringify(flow), flow])).values()];
}
