import type { Principal } from "../model/principal";
import type { Caller } from "../model/caller";
import type { Model } from "../model/model";
import type { ExtraCaller, ModelException } from "../model/options";
import { patterns } from "../platform/patterns";
import { callersOf } from "./queries";
import { rpcs, shortName, type Rpc } from "../platform/rpcs";
import { isStoreName } from "../platform/services";

function accountName({ namespace, serviceAccount }: Principal): string {
  return `${namespace}/${serviceAccount}`;
}

function principalName(caller: Caller): string {
  return caller.kind === "anyone" ? "anyone" : accountName(caller.principal);
}

function grantedRpcs({ service, methods }: ExtraCaller): readonly Rpc[] {
  return rpcs.filter(
    (rpc) => rpc.service === service && rpc.transport === "mesh" && (methods === "*" || methods.includes(rpc.method)),
  );
}

function effectOf(extra: ExtraCaller): string {
  if (isStoreName(extra.service)) return `may use everything in ${extra.service}`;
  const granted = grantedRpcs(extra);
  if (extra.methods === "*") return `may call every RPC of ${extra.service} (${granted.length})`;
  return `may call ${joinNames(granted.map(shortName))}`;
}

// The specification gives some RPCs to named callers alone; who adds another should read it.
function widenedPatterns(extra: ExtraCaller): string {
  const widened = grantedRpcs(extra).filter((rpc) => patterns.some((pattern) => pattern.rpcs.includes(rpc.path)));
  if (widened.length === 0) return "";
  return ` The specification gives ${joinNames(widened.map(shortName))} to named callers alone; this is one more.`;
}

function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

function asClause(because: string): string {
  return because.trim().replace(/\.$/, "");
}

/**
 * The exact effect of each extra caller, one text each, in the order of the configuration: "ops/capacity-report may call
 * runners.ListWorkloads, until 2027-01-31, because …". Empty without any.
 */
export function describeExtraCallers({ options }: Model): readonly string[] {
  return options.mesh.extraCallers.map((extra) => {
    const until = extra.expires === undefined ? "" : `, until ${extra.expires}`;
    return `${accountName(extra)} ${effectOf(extra)}${until}, because: ${asClause(extra.because)}.${widenedPatterns(extra)}`;
  });
}

function describeException(exception: ModelException, { options, calls }: Model): string {
  const { workload, port, mode, because } = exception;
  const namespace = exception.namespace ?? options.namespaces.platform;
  const accepts = mode === "PERMISSIVE" ? "accepts plaintext beside mutual TLS" : "accepts plaintext alone";
  const reason = `because: ${asClause(because)}.`;
  if (workload === undefined) return `Every pod in ${namespace} ${accepts}, ${reason}`;
  if (port === undefined) return `Every port of ${namespace}/${workload} ${accepts}, ${reason}`;
  const place = `Port ${port} of ${namespace}/${workload} ${accepts}, ${reason}`;
  if (namespace !== options.namespaces.platform) return place;
  const isOpen = calls.some((call) => call.kind === "port" && call.exception === exception);
  return !isOpen
    ? `${place} Its callers are known by their certificates: who has none is denied.`
    : `${place} Whoever reaches the port may use it.`;
}

/** What each exception to STRICT mutual TLS opens, one text each, in the order of the configuration. */
export function describeExceptions(model: Model): readonly string[] {
  return model.exceptions.map((exception) => describeException(exception, model));
}

/**
 * Who may call each RPC that the specification gives to named callers alone, one text each, with those who were added:
 * by `overlay.platformExtras` (today's images) or as extra callers.
 */
export function describePatterns(model: Model): readonly string[] {
  const literal = rpcs.filter((rpc) => patterns.some((pattern) => pattern.rpcs.includes(rpc.path)));
  return literal.map((rpc) => {
    const callers = callersOf(model, rpc);
    const named = (origin: string) => [
      ...new Set(callers.filter((call) => call.origin === origin).map(({ caller }) => principalName(caller))),
    ];
    const extras = named("platformExtras");
    const own = named("extraCallers");
    return [
      `${shortName(rpc)}: ${joinNames(named("specification"))}`,
      ...(extras.length > 0 ? [`besides, through overlay.platformExtras: ${joinNames(extras)}`] : []),
      ...(own.length > 0 ? [`besides, through mesh.extraCallers: ${joinNames(own)}`] : []),
    ].join("; ");
  });
}
