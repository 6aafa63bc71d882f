import type { Caller } from "../../access/model/caller";
import type { Call } from "../../access/model/call";
import type { Manifest } from "../../access/render/manifest";
import { findOversized, measurePolicies } from "../../access/render/measure-policies";
import { buildModel, type Model } from "../../access/model/model";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { storeNames, type Service } from "../../access/platform/services";
import { optionsWithExtras } from "../access/options";
import { formatLine, summarize, type Figures } from "./figures";

const rounds = 40;
const growth = 10;

function renamed(name: string, copy: number): string {
  return (storeNames as readonly string[]).includes(name) || copy === 0 ? name : `${name}-${copy}`;
}

function copyCall(call: Call, copy: number): Call {
  const { caller: original } = call;
  if (original.kind === "anyone") return call;
  const { kind, principal } = original;
  const serviceAccount = renamed(principal.serviceAccount, copy);
  const name = original.kind === "workload" ? renamed(original.name, copy) : undefined;
  const caller = { kind, name, principal: { ...principal, serviceAccount } } as Caller;
  const callee = renamed(call.callee, copy);
  if (call.kind === "port") return { ...call, caller, callee } as Call;
  // Each copy is another proto service: no two of them share a path.
  const rpcs = call.rpcs.map((path) => (copy === 0 ? path : path.replace("/", `/copy${copy}.`)));
  return { ...call, caller, callee, rpcs } as Call;
}

/** The platform `factor` times over: each service with its RPCs and callers again; the data stores serve them all. */
export function growModel(model: Model, factor: number): Model {
  const copies = Array.from({ length: factor }, (_, copy) => copy);
  const services = copies.flatMap((copy) =>
    model.services.map((service) => {
      const name = renamed(service.name, copy);
      return { ...service, name, serviceAccount: name, selector: { "app.kubernetes.io/name": name } } as Service;
    }),
  );
  return { ...model, services, calls: copies.flatMap((copy) => model.calls.map((call) => copyCall(call, copy))) };
}

function renderTimed(model: Model): number {
  const started = performance.now();
  renderAuthorizationPolicies(model);
  return performance.now() - started;
}

// In turns, so that what else the machine does falls on both; the first quarter is to warm up. The ratio is that of the
// fastest rounds: the longer run is interrupted more often.
function timeInTurns(model: Model, grown: Model): { once: Figures; times: Figures } {
  const once: number[] = [];
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    once.push(renderTimed(model));
    times.push(renderTimed(grown));
  }
  const warm = (values: readonly number[]) => summarize(values.slice(rounds / 4));
  return { once: warm(once), times: warm(times) };
}

function describeSize(title: string, manifests: readonly Manifest[]): string[] {
  const { policies, bytes, rules, largest, rulesPerProxy } = measurePolicies(manifests);
  const perProxy = Object.values(rulesPerProxy);
  const most = Math.max(...perProxy);
  const mean = perProxy.reduce((total, count) => total + count, 0) / perProxy.length;
  const over = findOversized(manifests).length;
  return [
    `${title.padEnd(44)} ${policies} policies, ${rules} rules, ${(bytes / 1024).toFixed(1)} KiB, over a limit: ${over}`,
    `${"  greatest policy".padEnd(44)} ${largest.name}: ${largest.rules} rules, ${(largest.bytes / 1024).toFixed(1)} KiB`,
    `${"  rules per proxy".padEnd(44)} at most ${most}, ${mean.toFixed(1)} on average`,
  ];
}

/** One line of the report: how a figure grows with ten times the services. */
export function formatRatio(title: string, ratio: number): string {
  return `${title.padEnd(44)} ${ratio.toFixed(2).padStart(8)}   linear is ${growth}`;
}

/** Rendering the mesh's policies: time and size for the platform, and for one with ten times the services. */
export function benchMesh(): Promise<string[]> {
  const model = buildModel(optionsWithExtras());
  const grownModel = growModel(model, growth);
  const { once, times } = timeInTurns(model, grownModel);
  const [plain, grown] = [renderAuthorizationPolicies(model), renderAuthorizationPolicies(grownModel)];
  return Promise.resolve([
    formatLine("mesh policies, rendered", once, "ms"),
    formatLine(`the same for ${growth} times the services`, times, "ms"),
    formatRatio(`time of the fastest rounds, ${growth} times the services`, times.min / once.min),
    ...describeSize("mesh policies", plain),
    ...describeSize(`the same for ${growth} times the services`, grown),
    formatRatio(`bytes, ${growth} times the services`, measurePolicies(grown).bytes / measurePolicies(plain).bytes),
  ]);
}
