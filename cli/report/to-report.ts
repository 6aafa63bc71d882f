import { callersNamed } from "../../access/answers/lists";
import { callersOf } from "../../access/answers/queries";
import type { Call } from "../../access/model/call";
import type { Model } from "../../access/model/model";
import { rpcs, type Rpc } from "../../access/platform/rpcs";
import { identityHeader } from "../../access/platform/patterns";
import type { Settings } from "../../config/settings";
import type { Caller, ReportData, RpcRow } from "./report-data";
import { toLayers } from "./to-layers";
import { toTables } from "./to-tables";

/** What the report shows of one installation. `changes` are sentences on the difference from another revision. */
export function toReport(
  model: Model,
  settings: Settings,
  stack: string,
  changes: readonly string[] | undefined,
): ReportData {
  const { profile, domain, mesh } = settings;
  return {
    title: `Who can reach what: ${domain}`,
    facts: [`stack ${stack}`, `profile ${profile}`, `trust domain ${mesh.trustDomain}`, policiesFact(model)],
    rpcs: toRpcRows(model),
    layers: toLayers(model),
    tables: toTables(model, settings, changes),
  };
}

const policiesFact = ({ options }: Model) => `network policies ${options.networkPolicies.enabled ? "on" : "off"}`;

/** Every RPC with everyone who may call it. */
export function toRpcRows(model: Model): readonly RpcRow[] {
  return rpcs.map((rpc) => toRow(model, rpc));
}

function toRow(model: Model, rpc: Rpc): RpcRow {
  const callers = callersOf(model, rpc);
  return {
    service: rpc.service,
    method: rpc.method,
    reach: reachOf(rpc, callers),
    callers: callers.flatMap((call) => toCallers(model, call)),
  };
}

function reachOf({ transport, exposure }: Rpc, callers: readonly Call[]): RpcRow["reach"] {
  if (transport === "overlay") return "overlay";
  if (callers.length === 0) return "closed";
  return exposure;
}

function toCallers(model: Model, call: Call): Caller[] {
  const header = call.kind === "rpc" ? call.identityHeader : undefined;
  return callersNamed(model, call).map((name) => ({
    name,
    ...(header && { condition: `${header === "present" ? "with" : "without"} ${identityHeader}` }),
    because: call.because,
  }));
}
