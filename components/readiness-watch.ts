import * as pulumi from "@pulumi/pulumi";
import { AsyncResource } from "node:async_hooks";
import { Worker } from "node:worker_threads";
import type { Secret } from "../config/secret";
import type { Told, WatchOrder, WatchReport } from "../kubernetes/watch/order";

/** Where to look while a run waits for pods. */
export interface ReadinessWatchArgs {
  readonly context?: string;
  /** Content of a kubeconfig; unset: the usual one. */
  readonly kubeconfig?: Secret;
  readonly namespaces: readonly string[];
}

/** Milliseconds until the first look, and between two. A run that changes nothing is over before the first. */
interface Pace {
  readonly first: number;
  readonly interval: number;
}

const usualPace: Pace = { first: 10_000, interval: 10_000 };

/**
 * Says during `pulumi up` why pods of this stack do not get ready, once per reason, instead of leaving a person to wait for
 * the time-out. Does nothing in a preview and under mocks. Ends when nothing is waited for any more, and never keeps the
 * program alive. Call it before the first resource is registered.
 */
export function watchReadiness(args: ReadinessWatchArgs, pace: Pace = usualPace): void {
  if (pulumi.runtime.isDryRun() || pulumi.runtime.getEngine() === undefined) return;
  const awaited = new Awaited();
  pulumi.runtime.registerStackTransformation((registered) => awaited.add(registered));
  // The engine is that of the run in which this was called: with the Automation API a process has several.
  const start = AsyncResource.bind(() => {
    if (awaited.isEmpty) return;
    const worker = startWatch(args, pace, (told) => {
      const row = awaited.tryFindRow(told);
      if (row !== undefined) void pulumi.log.warn(told.text, row.resource);
    });
    awaited.onceEmpty(() => void worker.terminate());
  });
  setTimeout(start, pace.first).unref();
}

function startWatch(args: ReadinessWatchArgs, { interval }: Pace, tell: (told: Told) => void): Worker {
  const { namespaces, context } = args;
  const order: WatchOrder = { cluster: { content: args.kubeconfig?.reveal(), context }, namespaces, interval };
  const worker = new Worker(require.resolve("../kubernetes/watch/main"), {
    workerData: order,
    execArgv: [],
    // What a library or a credential plugin prints belongs to no run; a cluster of any size has to fit.
    ...{ stdout: true, stderr: true, resourceLimits: { maxOldGenerationSizeMb: 256 } },
  });
  const aside = (what: string): void => void pulumi.log.debug(`the watch over pods: ${what}`);
  worker.on(
    "message",
    AsyncResource.bind((report: WatchReport) => {
      if ("trouble" in report) aside(report.trouble);
      else report.told.forEach(tell);
    }),
  );
  worker.on(
    "error",
    AsyncResource.bind((error: Error) => aside(error.message)),
  );
  worker.unref();
  return worker;
}

/** What warnings are shown under. The URN is all that the engine needs. */
interface Row {
  readonly resource?: pulumi.Resource;
}

/** The resources of this run, and which of them are not settled yet. */
class Awaited {
  private readonly rows = new Map<string, Row>();
  private readonly pending = new Set<pulumi.Resource>();
  private whenEmpty: () => void = () => undefined;

  get isEmpty(): boolean {
    return this.pending.size === 0;
  }

  onceEmpty(end: () => void): void {
    this.whenEmpty = end;
    if (this.isEmpty) end();
  }

  /** The row of what an owner was registered as; undefined for what is not of this stack. A namespace may be an operator's. */
  tryFindRow({ owner }: Told): Row | undefined {
    return this.rows.get(`${owner.kind} ${owner.name}`) ?? (owner.kind === "Namespace" ? {} : undefined);
  }

  add({ type, name, props, opts, resource }: pulumi.ResourceTransformationArgs): undefined {
    if (!(resource instanceof pulumi.CustomResource) || !type.startsWith("kubernetes:")) return undefined;
    const { name: release, metadata } = props as { name?: unknown; metadata?: { name?: unknown } };
    const kind = type.split(":").at(-1) ?? type;
    const object = kind === "Release" ? release : metadata?.name;
    // The resource's own URN is known when it is there, and a log that waits for it would hold up all others.
    const urn = pulumi.createUrn(name, type, opts.parent);
    if (typeof object === "string") this.rows.set(`${kind} ${object}`, { resource: { urn } as pulumi.Resource });
    this.pending.add(resource);
    queueMicrotask(() => this.follow(resource)); // it gets its URN after its transformations
    return undefined;
  }

  private follow(resource: pulumi.Resource): void {
    const settled = (): void => {
      this.pending.delete(resource);
      if (this.isEmpty) this.whenEmpty();
    };
    // Not `apply`: that would report a failed resource a second time.
    const urn = resource.urn as unknown as { promise(): Promise<unknown> };
    urn.promise().then(settled, settled);
  }
}
