import type { Stack } from "@pulumi/pulumi/automation";
import * as path from "node:path";
import { bringUp, describeBuilds } from "./bring-up";
import type { LocalContext } from "./context";
import { findLeftovers } from "./gone";
import type { RunRecord } from "./platform/record";
import {
  describeOverrides,
  loadStackFile,
  presupposedNamespaces,
  localOverrides,
  mergeOverrides,
  overrideSource,
  stackName,
  withOverrides,
  type Override,
} from "./stack/configuration";
import { countObjects, planObjects } from "./stack/plan";
import type { Layers } from "./stack/progress";
import { writeProject, writeStackFile } from "./stack/project";
import { recover, wasInterrupted } from "./stack/recovery";
import { renderLayers } from "./stack/report";
import { sketchPlatform } from "./stack/sketch";
import { openStack } from "./stack/stack";

/** A stack on a platform that is up. */
export interface PreparedStack {
  readonly stack: Stack;
  readonly record: RunRecord;
  /** Engines were down before: what they hold has to be compared first. */
  readonly started: boolean;
  /** What the engines hold beyond what they held before the first `up`; asked of them. */
  readonly findLeftovers: () => Promise<readonly string[]>;
  /** What the program registers, as it said before any engine was asked. */
  readonly planned: Layers;
}

/**
 * Brings the platform up and opens the stack on it. The program runs once without engines first: a mistake in it or in
 * the configuration shows before anything is built or started.
 */
export async function prepareStack(context: LocalContext, settings: readonly Override[]): Promise<PreparedStack> {
  const { terminal, folders, repository } = context;
  const committed = loadStackFile(path.join(repository, `Pulumi.${stackName}.yaml`));
  const sketch = mergeOverrides(localOverrides(await sketchPlatform(folders)), settings);
  const sketched = withOverrides(committed, sketch);
  const presupposed = presupposedNamespaces(sketched);
  const planning = planObjects(sketched);
  const { platform, engines } = await bringUp(context, presupposed, async (plan) => {
    const layers = await planning;
    terminal.line(`The program installs ${countObjects(layers)} objects in ${layers.size} layers.`);
    const builds = describeBuilds(plan);
    if (builds !== undefined) for (const line of [...renderLayers(layers), builds]) terminal.line(line);
  });
  const overrides = mergeOverrides(localOverrides(overrideSource(platform)), settings);
  terminal.line(`Configuration: Pulumi.${stackName}.yaml, and for this machine`);
  for (const line of describeOverrides(overrides)) terminal.line(`  ${line}`);
  terminal.status("opening the stack");
  writeProject(folders, engines, repository);
  const stack = await openStack(folders, context.program);
  await writeStackFile(folders, committed, overrides);
  if (wasInterrupted(folders)) {
    terminal.line("The last run was cut off: clearing its lock and what it had begun.");
    await recover(folders, stack);
  }
  const { record, started } = platform;
  return { stack, record, started, findLeftovers: () => findLeftovers(platform), planned: await planning };
}
