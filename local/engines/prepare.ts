import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { buildEngine, type BuildContext, type BuildableEngine } from "./build";
import { catalog, nodeEngines, requiredEngines, type EngineName, type EngineSpec } from "./catalog";
import { EngineError, tryFindEngine, type FoundEngine, type Remark } from "./find";
import type { Environment } from "./folders";

/** The engines of a run by name: required ones always, `ziti` and the plugins only when they were found. */
export type Engines = ReadonlyMap<EngineName, FoundEngine>;

/** What a look-up came to: what is there, and what has to be built before the run. */
export interface EnginePlan {
  readonly found: Engines;
  readonly toBuild: readonly BuildableEngine[];
}

/** Used when found; a double (or the Automation API, for the language plugin) takes over when not. */
const optionalEngines: readonly EngineName[] = ["ziti", "pulumi-resource-kubernetes", "pulumi-language-nodejs"];
const replaceableByDouble: ReadonlySet<EngineName> = new Set(["ziti", "pulumi-resource-kubernetes"]);

/** Finds what the run needs. `simulated` leaves out the real plugin and controller even where they are installed. */
export async function planEngines(environment: Environment, simulated: boolean, remark: Remark): Promise<EnginePlan> {
  const optional = optionalEngines.filter((name) => !(simulated && replaceableByDouble.has(name)));
  const found = new Map(await findAll(optional, environment, remark));
  const required = requiredEngines(found.has("pulumi-resource-kubernetes"));
  for (const [name, engine] of await findAll(required, environment, remark)) found.set(name, engine);
  const toBuild = required.filter((name) => !found.has(name)).map((name) => catalog[name] as BuildableEngine);
  return { found, toBuild };
}

/** The plan with further engines, which are built too where they are missing. */
export async function extendPlan(
  plan: EnginePlan,
  names: readonly EngineName[],
  environment: Environment,
  remark: Remark,
): Promise<EnginePlan> {
  const more = new Map(await findAll(names, environment, remark));
  const planned = plan.toBuild.map(({ name }) => name);
  const missing = names
    .filter((name) => !more.has(name) && !planned.includes(name))
    .map((name) => catalog[name] as BuildableEngine);
  return { found: new Map([...plan.found, ...more]), toBuild: [...plan.toBuild, ...missing] };
}

/** Finds what a node with real pods needs, whatever else a run may need beside it. */
export function planNodeEngines(environment: Environment, remark: Remark): Promise<EnginePlan> {
  return extendPlan({ found: new Map(), toBuild: [] }, nodeEngines, environment, remark);
}

/**
 * Builds what is missing, one after another: the Go client uses every core by itself.
 * Throws EngineError when there is no Go client, naming every missing engine and the variable that gives it.
 */
export async function buildMissing(
  plan: EnginePlan,
  context: BuildContext,
  onBuild: (engine: BuildableEngine, build: Promise<FoundEngine>) => Promise<FoundEngine>,
): Promise<Engines> {
  if (plan.toBuild.length > 0) await requireGo(plan.toBuild, context.environment);
  const engines = new Map(plan.found);
  for (const spec of plan.toBuild) engines.set(spec.name, await onBuild(spec, buildEngine(spec, context)));
  return engines;
}

/** The engine of that name. Throws when the run has none, which a plan rules out for required engines. */
export function findEngine(engines: Engines, name: EngineName): FoundEngine {
  const engine = engines.get(name);
  if (!engine) throw new EngineError(`${name} is not among the engines of this run`);
  return engine;
}

/** Seconds the builds will take on two cores when nothing of them is cached. */
export function expectedBuildSeconds(toBuild: readonly BuildableEngine[]): number {
  return toBuild.reduce((seconds, spec) => seconds + spec.recipe.expectedSeconds, 0);
}

/** What a user is told who lacks plugins that nothing here builds and that Pulumi could not fetch. */
export function missingPluginsMessage(
  missing: readonly { readonly spec: EngineSpec; readonly refused: string }[],
): string {
  const lines = missing.flatMap(({ spec: { name, version, variable }, refused }) => [
    `  ${name} ${version}  (${variable}=/path/to/${name})`,
    `    ${refused}`,
  ]);
  const head = "these plugins of Pulumi are not on this machine, and Pulumi could not fetch them:";
  return [head, ...lines, "Put them on PATH, or give their paths."].join("\n");
}

/** What a user is told who has neither the engines nor a Go client. */
export function missingEnginesMessage(missing: readonly BuildableEngine[]): string {
  const lines = missing.map((spec) => `  ${spec.name} ${spec.version}  (${spec.variable}=/path/to/${spec.name})`);
  return [
    "these engines are not on this machine, and there is no Go client to build them:",
    ...lines,
    "Install Go 1.26 or newer, put the binaries on PATH, or give their paths in the variables above.",
  ].join("\n");
}

async function findAll(
  names: readonly EngineName[],
  environment: Environment,
  remark: Remark,
): Promise<readonly (readonly [EngineName, FoundEngine])[]> {
  const engines = await Promise.all(names.map((name) => tryFindEngine(catalog[name], environment, remark)));
  return names.flatMap((name, index) => {
    const engine = engines[index];
    return engine ? [[name, engine] as const] : [];
  });
}

async function requireGo(missing: readonly BuildableEngine[], environment: Environment): Promise<void> {
  try {
    await promisify(execFile)("go", ["version"], { env: environment });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    throw new EngineError(missingEnginesMessage(missing));
  }
}
