import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { parseSettings } from "../../config/parse";
import { formatProblems } from "../../config/problems";
import { projectName } from "../../config/project";
import { tryFindField } from "../../config/schema";
import { LocalError } from "../local-error";
import { renderKubeconfig, type ApiAccess } from "../platform/kubeconfig";
import type { Platform } from "../platform/platform";

/** The stack that runs on the local platform. */
export const stackName = "dev";

/** A value the local platform sets on top of the committed stack file, and why. */
export interface Override {
  readonly path: string;
  readonly value: unknown;
  readonly secret?: boolean;
  readonly because: string;
}

/** Plain configuration of a stack: top-level key (`project:key`) to value. */
export type StackConfiguration = Readonly<Record<string, unknown>>;

/** Addresses and credentials the overrides are made of. */
export interface OverrideSource {
  readonly api: ApiAccess;
  readonly controller: {
    readonly url: string;
    /** PEM of the authority. */
    readonly authority: string;
    readonly username: string;
    readonly password: string;
  };
}

/** What a running platform gives to the overrides. */
export function overrideSource({ api, controller }: Platform): OverrideSource {
  return { api, controller: { ...controller, authority: readFileSync(controller.authorityFile, "utf8") } };
}

// Names the platform's store, as an operator would. Nothing connects to it.
const localDatabase = "postgres://ziti-management:local@postgres:5432/ziti_management?sslmode=disable";

/** What differs from the committed stack file, because the engines run on this machine and not in a cluster. */
export function localOverrides({ api, controller }: OverrideSource): readonly Override[] {
  const noPods = "charts install programs, and no program runs in the local platform's pods";
  return [
    { path: "certManager.manage", value: false, because: noPods },
    { path: "mesh.manage", value: false, because: noPods },
    { path: "controller.manage", value: false, because: "the controller runs as a process" },
    { path: "controller.url", value: controller.url, because: "where that process listens" },
    { path: "controller.reach", value: "direct", because: "the address is reachable from here" },
    { path: "controller.ca", value: controller.authority, because: "its authority" },
    { path: "controller.username", value: controller.username, because: "its administrator" },
    { path: "controller.password", value: controller.password, secret: true, because: "made for this platform" },
    { path: "zitiManagement.database", value: localDatabase, secret: true, because: `${noPods}, a database neither` },
    { path: "kubernetes.kubeconfig", value: renderKubeconfig(api), secret: true, because: "the local API server" },
    { path: "kubernetes.awaitConditions", value: false, because: "no controller runs that could fulfill them" },
    { path: "kubernetes.adopt", value: true, because: "what a killed run left here is the stack's own" },
  ];
}

/** A setting was given that cannot be read, or the configuration it leads to is refused. */
class ConfigurationError extends LocalError {}

/** Reads `key=value` as a command line gives it; the value is YAML, as in a stack file. Throws ConfigurationError. */
export function parseOverride(text: string): Override {
  const [, path, value = ""] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (path === undefined) {
    throw new ConfigurationError("a setting has the form key=value, for example domain=agyn.localhost");
  }
  return { path, value: parse(value) as unknown, secret: tryFindField(path)?.secret, because: "given with --set" };
}

/** Overrides of which `later` win over `earlier` ones of the same path. */
export function mergeOverrides(earlier: readonly Override[], later: readonly Override[]): readonly Override[] {
  const given = new Set(later.map(({ path }) => path));
  return [...earlier.filter(({ path }) => !given.has(path)), ...later];
}

/** Reads the plain configuration of a committed stack file. */
export function loadStackFile(file: string): StackConfiguration {
  const content = parse(readFileSync(file, "utf8")) as { config?: StackConfiguration } | null;
  return content?.config ?? {};
}

/** Lays values over a configuration: `controller.url` goes into the object under `<project>:controller`. */
export function withOverrides(configuration: StackConfiguration, overrides: readonly Override[]): StackConfiguration {
  const result = structuredClone(configuration) as Record<string, unknown>;
  for (const { path, value } of overrides) {
    const [first = path, ...inner] = path.split(".");
    const key = `${projectName}:${first}`;
    result[key] = setInside(result[key], inner, value);
  }
  return result;
}

/**
 * The namespaces the program expects to find, because the local platform tells it that others manage what is inside.
 * Throws ConfigurationError, with every problem, when the program would refuse the configuration.
 */
export function presupposedNamespaces(configuration: StackConfiguration): readonly string[] {
  const origin = { project: projectName, stack: stackName };
  const result = parseSettings(toRawConfiguration(configuration), { ...origin, now: new Date() });
  if ("problems" in result) throw new ConfigurationError(formatProblems(result.problems, origin));
  const { namespaces } = result.settings;
  const own = namespaces.create ? [] : [namespaces.platform, namespaces.workloads];
  return [...own, namespaces.mesh, namespaces.ingress, namespaces.certManager];
}

/** Configuration as the SDK keeps it: every value is text, objects as JSON. */
export function toRawConfiguration(configuration: StackConfiguration): Record<string, string> {
  const entries = Object.entries(configuration);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

/** One line per override, secrets masked. */
export function describeOverrides(overrides: readonly Override[]): readonly string[] {
  const width = Math.max(...overrides.map((override) => override.path.length));
  return overrides.map(({ path, value, secret, because }) => {
    const shown = secret ? "[secret]" : String(value).startsWith("-----BEGIN") ? "[PEM]" : String(value);
    return `${path.padEnd(width)} = ${shown}  (${because})`;
  });
}

function setInside(node: unknown, names: readonly string[], value: unknown): unknown {
  const [name, ...rest] = names;
  if (name === undefined) return value;
  const object = (typeof node === "object" && node !== null ? node : {}) as Record<string, unknown>;
  return { ...object, [name]: setInside(object[name], rest, value) };
}
