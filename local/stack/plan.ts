import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import * as path from "node:path";
import { projectName } from "../../config/project";
import { stackName, toRawConfiguration, type StackConfiguration } from "./configuration";
import type { Layers } from "./progress";
import { LocalError } from "../local-error";

/** An object the program will register. */
export interface PlannedObject {
  readonly layer: string;
  readonly kind: string;
}

/** The program refused its configuration, or failed before any engine was asked. */
class PlanError extends LocalError {}

/** Runs the program without engines: what it will install, by layer and kind. Throws PlanError with its message. */
export async function planObjects(configuration: StackConfiguration): Promise<Layers> {
  const child = spawn(process.execPath, [path.join(__dirname, "plan-main.js")], { stdio: "pipe" });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const request = { project: projectName, stack: stackName, config: toRawConfiguration(configuration) };
  child.stdin.end(JSON.stringify(request));
  const [code, output, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  if (code !== 0) throw new PlanError(errors.trim() || `the program ended with code ${code}`);
  return groupByLayer(JSON.parse(output) as PlannedObject[]);
}

/** Counts objects by layer and kind, layers in order of appearance. */
function groupByLayer(objects: readonly PlannedObject[]): Layers {
  const layers = new Map<string, Map<string, number>>();
  for (const { layer, kind } of objects) {
    const kinds = layers.get(layer) ?? new Map<string, number>();
    layers.set(layer, kinds.set(kind, (kinds.get(kind) ?? 0) + 1));
  }
  return layers;
}

/** How many objects there are in all layers. */
export function countObjects(layers: Layers): number {
  return [...layers.values()].flatMap((kinds) => [...kinds.values()]).reduce((sum, count) => sum + count, 0);
}
