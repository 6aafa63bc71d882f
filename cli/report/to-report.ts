import type { Call, Principal } from "../../access/model/calls";
import type { Model } from "../../access/model/model";
import { callersOf } from "../../access/answers/queries";
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
    rpcs: rpcs.map((rpc) => toRow(model, rpc)),
    layers: toLayers(model),
    tables: toTables(model, settings, changes),
  };
}

const policiesFact = ({ options }: Model) => `network policies ${options.networkPolicies.enabled ? "on" : "off"}`;

function toRow(model: Model, rpc: Rpc): RpcRow {
  const callers = callersOf(model, rpc);
  return {
    service: rpc.service,
    method: rpc.method,
    reach: reachOf(rpc, callers),
    callers: callers.map((call) => toCaller(model, call)),
  };
}

function reachOf({ transport, exposure }: Rpc, callers: readonly Call[]): RpcRow["reach"] {
  if (transport === "overlay") return "overlay";
  if (callers.length === 0) return "closed";
  return exposure;
}

function toCaller(model: Model, call: Call): Caller {
  const header = call.kind === "rpc" ? call.identityHeader : undefined;
  return {
    name: callerName(model, call.caller),
    ...(header && { condition: `${header === "present" ? "with" : "without"} ${identityHeader}` }),
    because: call.because,
  };
}

/** The short name of a mesh identity: its ServiceAccount, with the namespace in front outside of the platform's. */
export function callerName({ options }: Model, { namespace, serviceAccount }: Principal): string {
  return namespace === options.namespaces.platform ? serviceAccount : `${namespace}/${serviceAccount}`;
}
