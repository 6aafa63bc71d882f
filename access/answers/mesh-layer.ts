import type { Caller } from "../model/caller";
import type { Call, Origin, PortCall } from "../model/call";
import type { Model } from "../model/model";
import { mutualTlsMode } from "../model/mutual-tls";
import { identityHeader } from "../platform/patterns";
import { findService, findStore, isServiceName } from "../platform/services";
import type { PodClient, Target } from "./client";
import type { Judgment, Layer } from "./layer";
import { callsBetween, permits } from "./queries";

/** What the mesh is asked for. */
export type MeshTarget = Extract<Target, { kind: "rpc" | "port" }>;

const closedBySettings: Readonly<Record<Exclude<Origin, "exceptions">, string>> = {
  specification: "The specification asks for it: no setting closes it.",
  platform: "The platform's own code needs it: no setting closes it.",
  platformExtras: "overlay.platformExtras: false closes it, once the images no longer make this call.",
  extraCallers: "Remove the entry from mesh.extraCallers.",
};

/** How an edge is taken away again. */
function howToClose(call: Call): string {
  if (call.origin !== "exceptions") return closedBySettings[call.origin];
  return (call as PortCall).exception?.toAnyone === true
    ? "ingress.controller.entry: mesh closes it, once the controller's pods have a sidecar."
    : "Remove the entry from mesh.exceptions.";
}

/** The entry of the configuration that would open a call. */
function howToOpen(caller: Caller, callee: string, method?: string): { readonly change?: string } {
  if (caller.kind === "anyone") return {};
  const { namespace, serviceAccount } = caller.principal;
  const methods = method === undefined ? '"*"' : `[${method}]`;
  const entry = `{service: ${callee}, methods: ${methods}, namespace: ${namespace}, serviceAccount: ${serviceAccount}, because: …}`;
  return { change: `Add to mesh.extraCallers: ${entry}` };
}

/** The workload or data store behind a target of the mesh. */
export function calleeOf(target: MeshTarget) {
  return target.kind === "rpc" ? target.rpc.service : target.callee;
}

const policyOf = (model: Model, callee: string) => `AuthorizationPolicy ${model.options.namespaces.platform}/${callee}`;

const anyoneMay = "Every client that reaches the port may use it, without a certificate too:";

function judgeRpc(model: Model, { caller }: PodClient, target: Extract<Target, { kind: "rpc" }>): Judgment {
  const { path, service, method } = target.rpc;
  const answers = [true, false].map((header) => permits(model, caller, path, { header }));
  const [present, absent] = answers;
  const open = answers.flatMap((answer) => (answer.permitted ? [answer.call] : []));
  const layer = { layer: "mesh", rule: policyOf(model, service) } as const;
  const [call] = open;
  if (call === undefined) {
    return {
      layers: [{ ...layer, verdict: "closed", because: absent?.because ?? "", ...howToOpen(caller, service, method) }],
    };
  }
  const reason = call.caller.kind === "anyone" ? `${anyoneMay} ${call.because}` : call.because;
  const answer = { ...layer, verdict: "open", change: howToClose(call) } as const;
  const calls = [...new Set(open)];
  if (present?.permitted === absent?.permitted) return { layers: [{ ...answer, because: reason }], calls };
  const state = present?.permitted ? "present" : "absent";
  const condition = `Only ${state === "present" ? "with" : "without"} the ${identityHeader} header.`;
  return { layers: [{ ...answer, because: `${reason} ${condition}`, identityHeader: state }], calls };
}

function describe(call: Call): string {
  if (call.kind === "port") return `port ${call.port}`;
  return call.rpcs.map((rpc) => `${call.callee}.${rpc.slice(rpc.lastIndexOf("/") + 1)}`).join(", ");
}

function closedPort(model: Model, client: PodClient, { callee, port }: Extract<Target, { kind: "port" }>): Layer {
  const layer = { layer: "mesh", verdict: "closed", rule: policyOf(model, callee) } as const;
  const modes = portsOf(callee, port).map((one) => mutualTlsMode(model, callee, one));
  if (modes.length > 0 && modes.every((mode) => mode === "DISABLE")) {
    const because = `mesh.exceptions lets ${callee} speak plaintext alone, so that it knows no caller: all are denied.`;
    return { ...layer, because, change: "Remove the exception." };
  }
  const at = port === undefined ? "" : ` on port ${port}`;
  const because = `Nothing in the model lets ${client.title} use ${callee}${at}.`;
  return { ...layer, because, ...howToOpen(client.caller, callee) };
}

function portsOf(callee: Extract<Target, { kind: "port" }>["callee"], port: number | undefined): readonly number[] {
  if (port !== undefined) return [port];
  return isServiceName(callee) ? findService(callee).ports.map((served) => served.port) : [findStore(callee).port];
}

function judgePort(model: Model, client: PodClient, target: Extract<Target, { kind: "port" }>): Judgment {
  const { callee, port } = target;
  const calls = callsBetween(model, client.caller, callee).filter((call) => port === undefined || port === call.port);
  const opened = calls.find(({ caller }) => caller.kind === "anyone");
  const layer = { layer: "mesh", verdict: "open", rule: policyOf(model, callee) } as const;
  if (opened !== undefined) {
    return { layers: [{ ...layer, because: `${anyoneMay} ${opened.because}`, change: howToClose(opened) }], calls };
  }
  if (calls.length === 0) return { layers: [closedPort(model, client, target)] };
  const reasons = [...new Set(calls.map(({ because }) => because))].join(" ");
  return { layers: [{ ...layer, because: `${calls.map(describe).join(", ")}: ${reasons}` }], calls };
}

/** What the mesh says about a request of pods; RPCs that are served on the overlay are not its business. */
export function judgeMesh(model: Model, client: PodClient, target: MeshTarget): Judgment {
  return target.kind === "rpc" ? judgeRpc(model, client, target) : judgePort(model, client, target);
}
