import { required, type Draft, type SettingPath } from "./field";
import { readGiven, type Given } from "./given";
import { toProblem, type Fault, type Origin, type Problem } from "./problems";
import { reachableNames } from "./rules/cluster-dns";
import { usedDatabase } from "./rules/database";
import { addressPerController, certificatesFit, credentialFaults, ownControllerOnly } from "./rules/credentials";
import { distinctNodePorts, fittingService } from "./rules/gateway-service";
import { fittingController, freePort, ownHosts, reachableBackends, trustedHsts } from "./rules/ingress";
import {
  currentCallers,
  distinctCallers,
  distinctRevisions,
  knownCallers,
  ownAccounts,
  scopedExceptions,
} from "./rules/mesh";
import {
  closedDestinations,
  distinctEgress,
  knownAddresses,
  measuredEnforcement,
  knownController,
  knownEgressServices,
  narrowPrivateEgress,
} from "./rules/network-policies";
import { distinctHosts, distinctNamespaces, overlayZones, wildcardCoversHosts } from "./rules/names";
import { realNames, strongPassword, trustedIssuer } from "./rules/production";
import type { Rule } from "./rules/rule";
import { fields, isSettingPath, settingPaths } from "./schema";
import type { Profile, Settings } from "./settings";

/** What parsing depends on besides the configuration itself. */
export interface ParseContext extends Origin {
  /** Certificates have to be valid at this moment. */
  readonly now: Date;
  /** Whether a top-level key is encrypted in the stack file; undefined when nobody knows. */
  readonly isEncrypted?: (topLevelKey: string) => boolean;
}

/** Complete settings, or every problem of the configuration. */
type ParseResult = { readonly settings: Settings } | { readonly problems: readonly Problem[] };

const rules: readonly Rule[] = [
  distinctHosts,
  ownHosts,
  wildcardCoversHosts,
  freePort,
  fittingController,
  fittingService,
  distinctNodePorts,
  reachableBackends,
  trustedHsts,
  distinctNamespaces,
  overlayZones,
  reachableNames,
  distinctCallers,
  knownCallers,
  currentCallers,
  scopedExceptions,
  ownAccounts,
  distinctRevisions,
  knownEgressServices,
  closedDestinations,
  distinctEgress,
  knownAddresses,
  measuredEnforcement,
  knownController,
  narrowPrivateEgress,
  realNames,
  trustedIssuer,
  strongPassword,
  certificatesFit,
  ownControllerOnly,
  addressPerController,
  usedDatabase,
];

/** Turns Pulumi's raw configuration into settings. Pure: reads nothing but its arguments, throws for no input. */
export function parseSettings(raw: Readonly<Record<string, string>>, context: ParseContext): ParseResult {
  const given = readGiven(raw, context.project);
  const { draft, faults } = readFields(given);
  const all = [
    ...given.faults,
    ...faults,
    ...rules.flatMap((rule) => rule(draft, context.now)),
    ...credentialFaults(draft, (path) => given.values.has(path)),
    ...plaintextFaults(draft, given, context),
  ];
  if (all.length === 0) return { settings: assemble(draft) };
  return { problems: all.map((fault) => toProblem(fault, receivedAt(fault.key, given, draft), context.project)) };
}

interface ReadFields {
  readonly draft: Draft;
  readonly faults: readonly Fault[];
}

function readFields(given: Given): ReadFields {
  const draft: Partial<Record<SettingPath, unknown>> = {};
  const faults: Fault[] = [];
  for (const path of settingPaths) {
    // Without a readable profile only the defaults of bootstrap can be assumed: it requires nothing.
    const profile: Profile = draft.profile === "production" ? "production" : "bootstrap";
    const outcome = given.values.has(path)
      ? readField(path, given.values.get(path))
      : defaultOf(path, profile, draft as Draft);
    if ("faults" in outcome) faults.push(...outcome.faults);
    const value = "faults" in outcome ? outcome.accepted : outcome.value;
    if (value !== undefined) draft[path] = value;
  }
  return { draft: draft as Draft, faults };
}

type Outcome = { readonly value: unknown } | { readonly faults: readonly Fault[]; readonly accepted?: unknown };

function readField(path: SettingPath, written: unknown): Outcome {
  const reading = fields[path].type.read(written);
  if ("value" in reading) return reading;
  return {
    accepted: reading.accepted,
    faults: reading.faults.map(({ at, remove, ...fault }) => ({
      ...fault,
      key: path + at,
      fix: remove === true ? "remove" : "set",
    })),
  };
}

function defaultOf(path: SettingPath, profile: Profile, draft: Draft): Outcome {
  const value = fields[path][profile].resolve(draft);
  if (value !== required) return { value };
  return { faults: [{ key: path, reason: `is missing: profile ${profile} has no default for it` }] };
}

// Pulumi tells for top-level keys only whether something in them is encrypted.
function plaintextFaults(draft: Draft, given: Given, context: ParseContext): Fault[] {
  const { isEncrypted } = context;
  if (draft.profile !== "production" || isEncrypted === undefined) return [];
  return settingPaths
    .filter((path) => fields[path].secret === true && given.values.has(path) && !isEncrypted(topLevel(path)))
    .map((key) => ({ key, reason: "is in plain text in the stack file", allowed: "an encrypted value (--secret)" }));
}

const topLevel = (path: string) => path.split(".")[0] ?? path;

// An unknown key was given, so it is not "nothing"; what it held is not for messages.
const hidden = "";

function receivedAt(key: string, given: Given, draft: Draft): unknown {
  const outer = key.replace(/\[.*$/, "");
  if (!isSettingPath(outer)) return hidden;
  if (!given.values.has(outer)) return draft[outer];
  let node = given.values.get(outer);
  for (const [, index, name] of key.slice(outer.length).matchAll(/\[(\d+)\]|\.([^.[]+)/g)) {
    if (typeof node !== "object" || node === null) return undefined;
    node = (node as Record<string, unknown>)[index ?? name ?? ""];
  }
  return node;
}

function assemble(draft: Draft): Settings {
  const settings: Record<string, unknown> = {};
  for (const path of settingPaths) {
    const names = path.split(".");
    const leaf = names.pop() ?? path;
    let node = settings;
    for (const name of names) node = (node[name] ??= {}) as Record<string, unknown>;
    if (draft[path] !== undefined) node[leaf] = draft[path];
  }
  // The table has one row per leaf of Settings and rows without a value are optional there.
  return deepFreeze(settings) as unknown as Settings;
}

function deepFreeze<T extends object>(node: T): T {
  for (const child of Object.values(node)) if (typeof child === "object" && child !== null) deepFreeze(child as object);
  return Object.freeze(node);
}
