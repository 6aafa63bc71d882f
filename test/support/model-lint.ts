import type { Model } from "../../access/model/model";
import { roles } from "../../access/platform/overlay";
import { closedRpcs } from "../../access/platform/patterns";
import { callersOf } from "../../access/answers/queries";

import { rpcs, type Rpc } from "../../access/platform/rpcs";
import { findStore, isStoreName, services, type Service } from "../../access/platform/services";

/** A contradiction inside the model: the rule it breaks, and what breaks it. */
export interface LintProblem {
  readonly rule: keyof typeof rules;
  readonly subject: string;
}

/** What is linted: a model and the tables it was built from. */
export interface LintInput {
  readonly model: Model;
  readonly rpcs: readonly Rpc[];
  readonly closed: readonly string[];
  readonly services: readonly Service[];
  readonly roles: Readonly<Record<string, { readonly kind: "identity" | "service" }>>;
}

function repeated(values: readonly string[]): string[] {
  return [...new Set(values.filter((value, index) => values.indexOf(value) !== index))];
}

function usedRoles({ model }: LintInput) {
  return model.overlay.policies.flatMap(({ name, identityRoles, serviceRoles }) => [
    ...identityRoles.map((role) => ({ policy: name, role, kind: "identity" })),
    ...serviceRoles.map((role) => ({ policy: name, role, kind: "service" })),
  ]);
}

function servesPort(callee: string, port: number, known: readonly Service[]): boolean {
  if (isStoreName(callee)) return findStore(callee).port === port;
  return known.some((service) => service.name === callee && service.ports.some((served) => served.port === port));
}

const rules = {
  "every RPC has a caller or is closed on purpose": ({ model, rpcs, closed }: LintInput) =>
    rpcs
      .filter((rpc) => rpc.transport === "mesh" && !closed.includes(rpc.path) && callersOf(model, rpc).length === 0)
      .map(({ path }) => path),
  "an RPC that is closed on purpose has no caller": ({ model, rpcs, closed }: LintInput) =>
    rpcs
      .filter(
        (rpc) => closed.includes(rpc.path) && callersOf(model, rpc).some(({ origin }) => origin !== "extraCallers"),
      )
      .map(({ path }) => path),
  "every RPC that is closed on purpose exists": ({ rpcs, closed }: LintInput) =>
    closed.filter((path) => !rpcs.some((rpc) => rpc.path === path)),
  "every called RPC exists on its callee": ({ model, rpcs }: LintInput) =>
    model.calls.flatMap((call) => {
      if (call.kind === "port") return [];
      const served = rpcs.filter(({ service, transport }) => service === call.callee && transport === "mesh");
      return call.rpcs.filter((path) => !served.some((rpc) => rpc.path === path));
    }),
  "every called port is served by its callee": ({ model, services }: LintInput) =>
    model.calls
      .filter(({ origin, callee, port }) => origin !== "exceptions" && !servesPort(callee, port, services))
      .map(({ callee, port }) => `${callee}:${port}`),
  "every role of a policy is issued to someone": (input: LintInput) =>
    usedRoles(input)
      .filter(({ role, kind }) => input.roles[role]?.kind !== kind)
      .map(({ policy, role }) => `${policy}: #${role}`),
  "every issued role is used by a policy": (input: LintInput) => {
    const used = usedRoles(input).map(({ role }) => role);
    return Object.keys(input.roles).filter((role) => !used.includes(role));
  },
  "every public host has routes and is exposed once": ({ model }: LintInput) => [
    ...repeated(model.exposures.map(({ host }) => host)),
    ...model.exposures.filter(({ routes }) => routes.length === 0).map(({ host }) => host),
  ],
  "every service has a ServiceAccount of its own": ({ services }: LintInput) => {
    const accounts = services.map(({ serviceAccount }) => serviceAccount);
    return [...repeated(accounts), ...accounts.filter((account) => account === "default")];
  },
};

/** The names of the rules, in the order in which problems are reported. */
export const lintRules = Object.keys(rules) as readonly LintProblem["rule"][];

/** The committed tables, to lint a model against. */
export const tables: Omit<LintInput, "model"> = { rpcs, closed: closedRpcs, services, roles };

/**
 * Contradictions inside a model; empty when it is sound. Meant for the complete model, `platformExtras` on and every
 * infrastructure role listed: a role that only an extra uses counts as unused without it.
 */
export function lintModel(model: Model, against: Omit<LintInput, "model"> = tables): readonly LintProblem[] {
  return lintRules.flatMap((rule) => rules[rule]({ model, ...against }).map((subject) => ({ rule, subject })));
}
