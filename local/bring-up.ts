import { existsSync } from "node:fs";
import * as path from "node:path";
import type { LocalContext } from "./context";
import type { BuildContext, BuildableEngine } from "./engines/build";
import { acquirePlugin } from "./engines/acquire";
import { stackEngines, type EngineName, type EngineSpec } from "./engines/catalog";
import { loadDefinitions } from "./engines/definitions";
import { EngineError, type FoundEngine } from "./engines/find";
import {
  buildMissing,
  expectedBuildSeconds,
  extendPlan,
  findEngine,
  missingPluginsMessage,
  planEngines,
  planNodeEngines,
  type EnginePlan,
  type Engines,
} from "./engines/prepare";
import { writeWhole } from "./files";
import { createNamespaces, createNode, installDefinitions } from "./platform/preinstalled";
import { KubernetesApi } from "./platform/kubernetes-api";
import { startPlatform, type Platform } from "./platform/platform";
import { listClusterObjects, listControllerObjects } from "./stack/inventory";
import { renderDuration } from "./stack/report";

/** A platform that is ready for its stack, and the engines it runs. */
interface ReadyPlatform {
  readonly platform: Platform;
  readonly engines: Engines;
}

/**
 * Makes everything run that the stack needs: engines found or built, processes up, definitions and `presupposed`
 * namespaces installed. `onPlan` is called before the first build, when a person has minutes to read.
 */
export async function bringUp(
  context: LocalContext,
  presupposed: readonly string[],
  onPlan: (plan: EnginePlan) => Promise<void>,
): Promise<ReadyPlatform> {
  const { terminal, folders } = context;
  const build = toBuildContext(context);
  const engines = await prepareEngines(context, build, onPlan);
  const started = Date.now();
  const [platform, definitions] = await Promise.all([
    startPlatform(folders, engines, build.remark, (engine, state) => terminal.status(`${engine}: ${state}`)),
    loadDefinitions(build),
  ]);
  const api = new KubernetesApi(platform.api);
  await createNamespaces(api, presupposed);
  // The baseline is kept last: without it an earlier run was cut off before it had installed everything.
  if (platform.started || !existsSync(folders.baseline)) {
    terminal.status("installing the definitions of Istio, cert-manager and the Gateway API");
    const isReal = platform.record.kubernetesPlugin === "real";
    await Promise.all([installDefinitions(api, definitions), ...(isReal ? [createNode(api)] : [])]);
    if (!existsSync(folders.baseline)) await keepBaseline(platform, api);
    terminal.line(`The platform is ready after ${renderDuration((Date.now() - started) / 1000)}.`);
  }
  return { platform, engines };
}

/**
 * Finds or builds every engine and definition a run needs, and lists them: what can be done ahead of a first run. `more`:
 * engines that a run does not need.
 */
export async function provideEngines(context: LocalContext, more: readonly EngineName[] = []): Promise<void> {
  const { terminal } = context;
  const build = toBuildContext(context);
  const onPlan = (plan: EnginePlan): Promise<void> => {
    const builds = describeBuilds(plan);
    if (builds !== undefined) terminal.line(builds);
    return Promise.resolve();
  };
  const engines = await prepareEngines(context, build, onPlan, more);
  const definitions = await loadDefinitions(build);
  for (const { name, version, path: file } of engines.values()) terminal.line(`${name.padEnd(27)} ${version}  ${file}`);
  terminal.line(`${definitions.length} custom resource definitions`);
}

/** Finds or builds every engine that a node with real pods needs. */
export async function provideNodeEngines(context: LocalContext): Promise<Engines> {
  const build = toBuildContext(context);
  const plan = await planNodeEngines(context.environment, build.remark);
  const builds = describeBuilds(plan);
  if (builds !== undefined) context.terminal.line(builds);
  return buildMissing(plan, build, (spec, running) => watchBuild(spec, running, context));
}

/**
 * Finds what runs a stack with every installation managed, or builds Pulumi and has it fetch its plugins. Throws
 * EngineError.
 */
export async function provideStackEngines(context: LocalContext): Promise<Engines> {
  const build = toBuildContext(context);
  const none: EnginePlan = { found: new Map(), toBuild: [] };
  const { found, toBuild } = await extendPlan(none, stackEngines, context.environment, build.remark);
  const buildable = toBuild.filter(({ recipe }) => recipe !== undefined);
  const engines = await buildMissing({ found, toBuild: buildable }, build, (spec, running) =>
    watchBuild(spec, running, context),
  );
  const plugins = toBuild.filter(({ recipe }) => recipe === undefined);
  return new Map([...engines, ...(await acquirePlugins(plugins, engines, context))]);
}

async function acquirePlugins(
  plugins: readonly EngineSpec[],
  engines: Engines,
  { environment, signal, terminal }: LocalContext,
): Promise<Engines> {
  const acquired = new Map<EngineName, FoundEngine>();
  const missing: { spec: EngineSpec; refused: string }[] = [];
  for (const spec of plugins) {
    terminal.status(`Pulumi fetches ${spec.name} ${spec.version}`);
    const answer = await acquirePlugin(spec, findEngine(engines, "pulumi").path, environment, signal);
    if ("refused" in answer) missing.push({ spec, refused: answer.refused });
    else acquired.set(spec.name, answer.engine);
  }
  if (missing.length > 0) throw new EngineError(missingPluginsMessage(missing));
  return acquired;
}

/** What a build is told in a command. */
export function toBuildContext({ terminal, environment, repository, signal }: LocalContext): BuildContext {
  const remark = (line: string): void => terminal.line(terminal.colors.yellow(line));
  return { modules: path.join(repository, "local", "go"), environment, signal, remark };
}

async function prepareEngines(
  context: LocalContext,
  build: BuildContext,
  onPlan: (plan: EnginePlan) => Promise<void>,
  more: readonly EngineName[] = [],
): Promise<Engines> {
  const needed = await planEngines(context.environment, context.simulated, build.remark);
  announceDoubles(needed, context);
  const plan = await extendPlan(needed, more, context.environment, build.remark);
  await onPlan(plan);
  return buildMissing(plan, build, (spec, running) => watchBuild(spec, running, context));
}

// What the engines hold before the stack is theirs; destroy compares with it.
async function keepBaseline(platform: Platform, api: KubernetesApi): Promise<void> {
  const [cluster, controller] = await Promise.all([
    listClusterObjects(api),
    listControllerObjects(platform.controller),
  ]);
  writeWhole(platform.folders.baseline, JSON.stringify({ cluster, controller }));
}

function announceDoubles({ found }: EnginePlan, { terminal, simulated }: LocalContext): void {
  const why = simulated ? "left out on request" : "not found";
  const say = (text: string): void => terminal.line(terminal.colors.yellow(text));
  if (!found.has("pulumi-resource-kubernetes")) {
    say(`Kubernetes plugin ${why}: a double applies to the real API server, without waiting for pods (simulated)`);
  }
  if (!found.has("ziti"))
    say(`OpenZiti controller (ziti) ${why}: a double of its management API stands in (simulated)`);
}

async function watchBuild(
  spec: BuildableEngine,
  build: Promise<FoundEngine>,
  { terminal }: LocalContext,
): Promise<FoundEngine> {
  const started = Date.now();
  const expected = renderDuration(spec.recipe.expectedSeconds);
  const show = (): void => {
    const elapsed = renderDuration((Date.now() - started) / 1000);
    terminal.status(`building ${spec.name} ${spec.version}: ${elapsed} of about ${expected}`);
  };
  show();
  const timer = setInterval(show, 1000);
  try {
    const engine = await build;
    terminal.line(`built ${spec.name} ${spec.version} in ${renderDuration((Date.now() - started) / 1000)}`);
    return engine;
  } finally {
    clearInterval(timer);
  }
}

/** Says what will be built and how long that takes; nothing when everything is there. */
export function describeBuilds({ toBuild }: EnginePlan): string | undefined {
  if (toBuild.length === 0) return undefined;
  const names = toBuild.map(({ name, version }) => `${name} ${version}`).join(", ");
  return `To build once, then cached: ${names}; about ${renderDuration(expectedBuildSeconds(toBuild))} on two cores.`;
}
