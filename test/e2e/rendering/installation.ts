import * as path from "node:path";
import type { BuildContext } from "../../../local/engines/build";
import { chartNames, tryFindChart, type ChartFolder, type ChartName } from "../../../local/engines/charts";
import { productionSecrets } from "../../support/production-config";
import { projectRoot } from "../../support/project-root";
import { registerProgram, type Registration, type Run } from "../../support/registrations";
import { Helm, type ReleaseInputs } from "./helm";
import { toObjects, tryToPod, type KubernetesObject, type RenderedPod } from "./rendered-object";
import { variants, type Variant } from "./variants";

/** A release of the program and what its chart makes of it. */
export interface RenderedRelease extends ReleaseInputs {
  readonly chart: ChartFolder;
  /** The version that the program asks for; the chart at hand may be of another. */
  readonly version: string;
  readonly objects: readonly KubernetesObject[];
}

/** A stack with its charts rendered: as much of a cluster as can be known without one. */
export interface Installation {
  readonly variant: Variant;
  readonly run: Run;
  readonly releases: readonly RenderedRelease[];
  /** What the program registers itself. */
  readonly own: readonly KubernetesObject[];
  /** Both: the program's own and the charts'. */
  readonly objects: readonly KubernetesObject[];
  readonly pods: readonly RenderedPod[];
}

/** Everything that the tests of this folder look at. */
export interface Rendering {
  readonly helm: Helm;
  readonly charts: ReadonlyMap<ChartName, ChartFolder>;
  readonly installations: readonly Installation[];
}

let loading: Promise<Rendering | undefined> | undefined;

/** Renders every variant, once for all tests. Undefined where Helm is not found. Rejects when a chart refuses its values. */
export function tryLoadRendering(): Promise<Rendering | undefined> {
  return (loading ??= load());
}

async function load(): Promise<Rendering | undefined> {
  const helm = await Helm.tryFind();
  if (helm === undefined) return undefined;
  const charts = await findCharts();
  const installations: Installation[] = [];
  for (const variant of variants) installations.push(await install(variant, helm, charts));
  return { helm, charts, installations };
}

async function findCharts(): Promise<ReadonlyMap<ChartName, ChartFolder>> {
  const context: BuildContext = {
    modules: path.join(projectRoot, "local", "go"),
    environment: process.env,
    remark: () => undefined,
    signal: new AbortController().signal,
  };
  const charts = new Map<ChartName, ChartFolder>();
  for (const name of chartNames) {
    const chart = await tryFindChart(name, context);
    if (chart !== undefined) charts.set(name, chart);
  }
  return charts;
}

type Charts = ReadonlyMap<ChartName, ChartFolder>;

async function install(variant: Variant, helm: Helm, charts: Charts): Promise<Installation> {
  const run = await registerProgram(variant.stack, variant.config, productionSecrets);
  const registered = run.registrations.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release");
  const releases: RenderedRelease[] = [];
  for (const registration of registered) {
    const release = await tryRender(registration, variant, helm, charts);
    if (release !== undefined) releases.push(release);
  }
  const own = run.registrations.flatMap(({ inputs }) => (isObject(inputs) ? [inputs] : []));
  const objects = [...own, ...releases.flatMap((release) => release.objects)];
  const pods = objects.flatMap((object) => tryToPod(object) ?? []);
  return { variant, run, releases, own, objects, pods };
}

/** The name of the chart of a registered release. */
export function chartOf({ inputs }: Registration): ChartName {
  return (inputs.chart as string).split("/").pop() as ChartName;
}

async function tryRender(
  registration: Registration,
  variant: Variant,
  helm: Helm,
  charts: Charts,
): Promise<RenderedRelease | undefined> {
  const chart = charts.get(chartOf(registration));
  if (chart === undefined) return undefined;
  const inputs = registration.inputs as unknown as ReleaseInputs & { version: string };
  const { name, namespace, values, version } = inputs;
  const result = await helm.render(chart, inputs);
  if ("refusal" in result) throw new Error(`${variant.title}: ${chart.name} refuses its values: ${result.refusal}`);
  return { name, namespace, values, version, chart, objects: toObjects(result.text, namespace) };
}

function isObject(inputs: unknown): inputs is KubernetesObject {
  const { kind, metadata } = inputs as Partial<KubernetesObject>;
  return typeof kind === "string" && metadata?.name !== undefined;
}

/** The objects of a kind. */
export function ofKind(objects: readonly KubernetesObject[], ...kinds: string[]): readonly KubernetesObject[] {
  return objects.filter(({ kind }) => kinds.includes(kind));
}

/** Makes a case of a suite skip itself where Helm or a chart that it looks at is not on this machine. */
export async function requireCharts(test: Mocha.Context, ...names: readonly ChartName[]): Promise<Rendering> {
  const rendering = await tryLoadRendering();
  if (rendering === undefined || names.some((name) => !rendering.charts.has(name))) test.skip();
  return rendering;
}
