import type { EngineEvent, OutputMap, Stack } from "@pulumi/pulumi/automation";
import type { LocalContext } from "./context";
import { prepareStack, type PreparedStack } from "./prepare-stack";
import type { Override } from "./stack/configuration";
import { countObjects } from "./stack/plan";
import { advance, noProgress, type Failure, type Progress } from "./stack/progress";
import { marked } from "./stack/recovery";
import { findLongestChain, ReleaseClock, renderChain, type StateResource } from "./stack/release-chain";
import { nextCommands, renderFailure, renderOutputs, renderSummary } from "./stack/report";
import { kindOf, nameOf } from "./stack/urn";
import { LocalError } from "./local-error";

/** What can be done with the stack; each brings the platform up first. */
export type Operation = "up" | "preview" | "refresh" | "destroy";

/** How an operation is carried out. */
export interface OperationOptions {
  /** Compare with the engines first, so that drift is repaired; up and preview only. */
  readonly refresh: boolean;
  /** Settings that win over those of the stack file and of the local platform. */
  readonly settings: readonly Override[];
}

/** An operation did not finish; the message is the closing line. */
class OperationError extends LocalError {}

/** Opens the stack that an operation is for, with these settings on top. */
type PrepareStack = (settings: readonly Override[]) => Promise<PreparedStack>;

/** Runs one operation on the local platform and says what it came to. Throws OperationError when it failed. */
export async function runOperation(
  operation: Operation,
  context: LocalContext,
  options: OperationOptions,
  prepare: PrepareStack = (settings) => prepareStack(context, settings),
): Promise<void> {
  const started = Date.now();
  const { terminal, folders } = context;
  const { stack, planned, ...ground } = await prepare(options.settings);
  // Engines that were down may have lost or changed something meanwhile.
  const refresh = options.refresh || ground.started;
  const watcher = new Watcher(operation, context, operation === "destroy" ? undefined : countObjects(planned));
  const outputs = await marked(folders, operation, () =>
    perform(operation, stack, { refresh, onEvent: (event) => watcher.see(event), signal: context.engineSignal }),
  ).catch((error: unknown) => watcher.fail(error));
  const seconds = (Date.now() - started) / 1000;
  const summary = { operation, progress: watcher.progress, record: ground.record, seconds };
  for (const line of renderSummary(summary)) terminal.line(line);
  if (operation === "up") for (const line of await chainOf(stack, watcher.clock)) terminal.line(line);
  for (const line of renderOutputs(outputs)) terminal.line(`  ${line}`);
  if (operation === "destroy") terminal.line(gone(await ground.findLeftovers()));
  for (const line of nextCommands(operation, ground.record)) terminal.line(terminal.colors.dim(`  ${line}`));
}

function gone(left: readonly string[]): string {
  if (left.length > 0) throw new OperationError(`destroyed, but ${left.length} objects are left: ${left.join(", ")}`);
  return "API server and controller were asked: nothing of ours is left.";
}

// What decides how long an up of releases takes: none of them can be ready before those it waits for.
async function chainOf(stack: Stack, { times }: ReleaseClock): Promise<readonly string[]> {
  if (times.length === 0) return [];
  const { resources = [] } = (await stack.exportStack()).deployment as {
    readonly resources?: readonly StateResource[];
  };
  const chain = findLongestChain(times, resources);
  return chain === undefined ? [] : [`  longest chain          ${renderChain(chain)}`];
}

interface Performance {
  readonly refresh: boolean;
  readonly onEvent: (event: EngineEvent) => void;
  readonly signal: AbortSignal;
}

// What reads the engines has to run the program first: the addresses and credentials in the state may be of yesterday.
async function perform(operation: Operation, stack: Stack, { refresh, ...rest }: Performance): Promise<OutputMap> {
  const reading = { ...rest, runProgram: true };
  const applying = refresh ? { ...reading, refresh } : rest;
  if (operation === "up") return (await stack.up({ ...applying, userAgent: "agyn-net" })).outputs;
  if (operation === "preview") await stack.preview(applying);
  if (operation === "refresh") await stack.refresh(reading);
  if (operation === "destroy") await stack.destroy(reading);
  return {};
}

/** Follows the engine's events: shows how far it is, and failures as they come. */
class Watcher {
  public progress: Progress = noProgress;
  public readonly clock = new ReleaseClock();

  public constructor(
    private readonly operation: Operation,
    private readonly context: LocalContext,
    private readonly expected: number | undefined,
  ) {}

  public see(event: EngineEvent): void {
    const { terminal } = this.context;
    const before = this.progress;
    this.progress = advance(before, event);
    this.clock.see(event);
    for (const failure of this.progress.failures.slice(before.failures.length).filter(isOfObject)) this.show(failure);
    for (const warning of this.progress.warnings.slice(before.warnings.length)) {
      terminal.line(terminal.colors.yellow(`warning: ${warning}`));
    }
    for (const urn of this.progress.drifted.slice(before.drifted.length)) {
      terminal.line(`drifted: ${kindOf(urn)} ${nameOf(urn)}`);
    }
    const { done, refreshed } = this.progress;
    const checked = [...refreshed.values()].reduce((sum, count) => sum + count, 0);
    const total = this.expected === undefined ? "" : ` of ${this.expected}`;
    const compared = checked > 0 ? `, ${checked} compared` : "";
    terminal.status(`${this.operation}: ${done}${total} objects${compared}`);
  }

  /** Ends a failed operation with one line that says what to do. Never returns. */
  public fail(error: unknown): never {
    const { failures } = this.progress;
    // The stack's own failure only repeats that something failed, unless nothing else did.
    const own = failures.filter((failure) => !isOfObject(failure));
    if (own.length === failures.length) for (const failure of own) this.show(failure);
    if (failures.length === 0) throw error;
    const count = failures.filter(isOfObject).length;
    const what = count > 0 ? `${count} objects could not be handled` : "the program failed";
    throw new OperationError(`${this.operation} did not finish: ${what}; run it again when the cause above is gone`);
  }

  private show(failure: Failure): void {
    this.context.terminal.line(this.context.terminal.colors.red(renderFailure(failure)));
  }
}

function isOfObject({ urn }: Failure): boolean {
  return urn !== undefined && kindOf(urn) !== "Stack";
}
