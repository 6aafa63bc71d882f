import type { Call, Origin } from "../../access/model/calls";
import { isGuarded } from "../../access/model/exceptions";
import type { Model } from "../../access/model/model";
import { identityHeader } from "../../access/platform/patterns";
import { permits, reachable } from "../../access/answers/queries";
import type { Caller, Target } from "./ends";
import type { Layer } from "./layer";

type Workload = Extract<Caller, { kind: "workload" }>;

/** How an edge of each origin is taken away again. */
export const howToClose: Readonly<Record<Origin, string>> = {
  specification: "The specification asks for it: no setting closes it.",
  platform: "The platform's own code needs it: no setting closes it.",
  platformExtras: "overlay.platformExtras: false closes it, once the images no longer make this call.",
  extraCallers: "Remove the entry from mesh.extraCallers.",
};

/** The entry of the configuration that would open a call. */
function howToOpen({ principal: { namespace, serviceAccount } }: Workload, callee: string, method?: string): string {
  const methods = method === undefined ? '"*"' : `[${method}]`;
  return `Add to mesh.extraCallers: {service: ${callee}, methods: ${methods}, namespace: ${namespace}, serviceAccount: ${serviceAccount}, because: …}`;
}

const policyOf = (model: Model, callee: string) => `AuthorizationPolicy ${model.options.namespaces.platform}/${callee}`;

// A port that speaks plaintext alone knows nobody by name.
function unguardable({ options }: Model, callee: string): boolean {
  const { platform } = options.namespaces;
  return options.mesh.exceptions.some(
    ({ workload, port, namespace = platform, mode }) =>
      mode === "DISABLE" && port === undefined && namespace === platform && (workload ?? callee) === callee,
  );
}

function explainRpc(model: Model, caller: Workload, target: Extract<Target, { kind: "rpc" }>): Layer {
  const { path, service, method } = target.rpc;
  const states = [true, false] as const;
  const answers = states.map((header) => permits(model, caller.principal, path, { header }));
  const [present, absent] = answers;
  const open = answers.find((answer) => answer.permitted);
  const layer = { layer: "mesh", rule: policyOf(model, service) } as const;
  if (open === undefined) {
    const because = absent?.because ?? "";
    return { ...layer, verdict: "closed", because, change: howToOpen(caller, service, method) };
  }
  const { because, origin } = open.call;
  const answer = { ...layer, verdict: "open", change: howToClose[origin] } as const;
  if (present?.permitted === absent?.permitted) return { ...answer, because };
  const state = present?.permitted ? "present" : "absent";
  const condition = `Only ${state === "present" ? "with" : "without"} the ${identityHeader} header.`;
  return { ...answer, because: `${because} ${condition}`, identityHeader: state };
}

function describe(call: Call): string {
  if (call.kind === "port") return `port ${call.port}`;
  return call.rpcs.map((rpc) => `${call.callee}.${rpc.slice(rpc.lastIndexOf("/") + 1)}`).join(", ");
}

function explainPort(model: Model, caller: Workload, callee: string, port: number | undefined): Layer {
  const layer = { layer: "mesh", rule: policyOf(model, callee) } as const;
  const isHere = (one: { readonly port?: number }) => port === undefined || one.port === port;
  const opened = model.options.mesh.exceptions.find(
    (exception) =>
      exception.workload === callee &&
      exception.port !== undefined &&
      (exception.namespace ?? model.options.namespaces.platform) === model.options.namespaces.platform &&
      isHere(exception) &&
      !isGuarded(exception, model.calls),
  );
  if (opened !== undefined) {
    const change = "Remove the entry from mesh.exceptions.";
    return { ...layer, verdict: "open", because: `Whoever reaches the port may use it: ${opened.because}`, change };
  }
  const calls = reachable(model, caller.principal).filter((call) => call.callee === callee && isHere(call));
  const [first] = calls;
  if (first === undefined) {
    const at = port === undefined ? "" : ` on port ${port}`;
    const because = `Nothing in the model lets ${caller.title} use ${callee}${at}.`;
    return { ...layer, verdict: "closed", because, change: howToOpen(caller, callee) };
  }
  const reasons = [...new Set(calls.map(({ because }) => because))].join(" ");
  return { ...layer, verdict: "open", because: `${calls.map(describe).join(", ")}: ${reasons}` };
}

/** What the mesh says about a request of a workload; RPCs that are served on the overlay are not its business. */
export function explainMesh(model: Model, caller: Workload, target: Extract<Target, { kind: "rpc" | "port" }>): Layer {
  const callee = target.kind === "rpc" ? target.rpc.service : target.callee;
  if (unguardable(model, callee)) {
    const because = `mesh.exceptions lets ${callee} speak plaintext alone, so that it knows no caller: all are denied.`;
    return {
      layer: "mesh",
      verdict: "closed",
      rule: policyOf(model, callee),
      because,
      change: "Remove the exception.",
    };
  }
  return target.kind === "rpc"
    ? explainRpc(model, caller, target)
    : explainPort(model, caller, target.callee, target.port);
}
