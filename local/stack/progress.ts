import type { EngineEvent, OpType, StepEventMetadata } from "@pulumi/pulumi/automation";
import { kindOf, layerOf } from "./urn";

/** Objects of one layer: the component that made them, and how many of each kind. */
export type Layers = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** A resource that could not be handled, and the reason its provider gave. */
export interface Failure {
  readonly urn: string | undefined;
  readonly message: string;
}

/** What an operation has done so far. Counted are objects: no components, no provider settings, not the stack. */
export interface Progress {
  readonly started: number;
  readonly done: number;
  /** Objects by what was done with them. */
  readonly changes: Counts<string>;
  /** What a refresh found out about objects: `same`, `update` (drifted) or `delete` (gone). */
  readonly refreshed: Counts<string>;
  readonly layers: Layers;
  readonly failures: readonly Failure[];
  /** What the program or a provider warned of. */
  readonly warnings: readonly string[];
  /** Objects that a refresh found changed or gone, by URN. */
  readonly drifted: readonly string[];
  /** Objects being refreshed right now, by URN: an `up --refresh` handles an object twice. */
  readonly refreshing: ReadonlySet<string>;
}

/** How often each key occurred. */
export type Counts<K> = ReadonlyMap<K, number>;

/** Where an operation begins. */
export const noProgress: Progress = {
  started: 0,
  done: 0,
  changes: new Map(),
  refreshed: new Map(),
  layers: new Map(),
  failures: [],
  warnings: [],
  drifted: [],
  refreshing: new Set(),
};

/** The progress after one more event of the engine. */
export function advance(progress: Progress, event: EngineEvent): Progress {
  const { resourcePreEvent, resOutputsEvent, diagnosticEvent } = event;
  if (resourcePreEvent && isObject(resourcePreEvent.metadata)) return beforeStep(progress, resourcePreEvent.metadata);
  if (resOutputsEvent && isObject(resOutputsEvent.metadata)) return afterStep(progress, resOutputsEvent.metadata);
  if (diagnosticEvent?.severity === "error") {
    const failure = { urn: diagnosticEvent.urn, message: plainText(diagnosticEvent.message) };
    return { ...progress, failures: [...progress.failures, failure] };
  }
  if (diagnosticEvent?.severity === "warning") {
    return { ...progress, warnings: [...progress.warnings, plainText(diagnosticEvent.message)] };
  }
  return progress;
}

/** How many objects an operation changed. */
export function countChanges(changes: Counts<string>): number {
  return [...changes].reduce((sum, [op, count]) => (op === "same" || op === "read" ? sum : sum + count), 0);
}

// A replacement is three steps; the one called `replace` stands for it.
const partsOfReplacement: ReadonlySet<OpType> = new Set(["create-replacement", "delete-replaced", "discard-replaced"]);

function beforeStep(progress: Progress, { op, urn }: StepEventMetadata): Progress {
  if (op === "refresh") return { ...progress, refreshing: new Set(progress.refreshing).add(urn) };
  return partsOfReplacement.has(op) ? progress : { ...progress, started: progress.started + 1 };
}

function afterStep(progress: Progress, { op, urn }: StepEventMetadata): Progress {
  if (progress.refreshing.has(urn)) {
    const refreshing = new Set([...progress.refreshing].filter((other) => other !== urn));
    const drifted = op === "same" ? progress.drifted : [...progress.drifted, urn];
    return { ...progress, refreshing, drifted, refreshed: increment(progress.refreshed, op) };
  }
  if (partsOfReplacement.has(op)) return progress;
  const changed = { ...progress, done: progress.done + 1, changes: increment(progress.changes, op) };
  return op === "delete" ? changed : { ...changed, layers: countIn(progress.layers, urn) };
}

function countIn(layers: Layers, urn: string): Layers {
  const layer = layerOf(urn);
  return new Map(layers).set(layer, increment(layers.get(layer) ?? new Map<string, number>(), kindOf(urn)));
}

function isObject({ type, new: after, old: before }: StepEventMetadata): boolean {
  return (after ?? before)?.custom === true && !type.startsWith("pulumi:");
}

function increment<K>(counts: Counts<K>, key: K): Map<K, number> {
  return new Map(counts).set(key, (counts.get(key) ?? 0) + 1);
}

// The engine marks colors as <{%reset%}>.
function plainText(message: string): string {
  return message.replaceAll(/<\{%[^%]*%\}>/g, "").trim();
}
