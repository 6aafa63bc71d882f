import * as pulumi from "@pulumi/pulumi";
import { AsyncResource } from "node:async_hooks";
import { Worker } from "node:worker_threads";
import type { Secret } from "../config/secret";
import type { GroundNeeds } from "../kubernetes/ground";
import type { LookOrder, LookReport } from "../kubernetes/look/order";

/** Where to look, and for what. */
export interface GroundCheckArgs {
  readonly context?: string;
  /** Content of a kubeconfig; unset: the usual one. */
  readonly kubeconfig?: Secret;
  readonly needs: GroundNeeds;
}

/** Milliseconds that a preview lasts at least where the cluster does not answer. */
const lookLimit = 5_000;

/**
 * Says in a preview what the cluster lacks and the installation needs (volumes, a load balancer), with the setting that helps:
 * a release would wait for it until it times out. Does nothing in an update and under mocks, and fails no preview.
 */
export function checkGround({ context, kubeconfig, needs }: GroundCheckArgs, limit = lookLimit): void {
  if (!pulumi.runtime.isDryRun() || pulumi.runtime.getEngine() === undefined) return;
  if (needs.volumes === undefined && !needs.balancer) return;
  const order: LookOrder = { cluster: { content: kubeconfig?.reveal(), context }, needs, limit };
  // What a library or a credential plugin prints belongs to no run.
  const options = { workerData: order, execArgv: [], stdout: true, stderr: true };
  const worker = new Worker(require.resolve("../kubernetes/look/main"), options);
  const aside = (what: string): void => void pulumi.log.debug(`the look at the cluster: ${what}`);
  const end = setTimeout(() => void worker.terminate(), limit);
  worker.on(
    "message",
    AsyncResource.bind((report: LookReport) => {
      if ("trouble" in report) aside(report.trouble);
      else for (const warning of report.warnings) void pulumi.log.warn(warning);
    }),
  );
  worker.on(
    "error",
    AsyncResource.bind((error: Error) => aside(error.message)),
  );
  worker.on("exit", () => clearTimeout(end));
}
