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

/** Milliseconds that a run lasts at least where the cluster does not answer. */
const lookLimit = 15_000;

/**
 * Says in a preview what the cluster lacks and the installation needs (volumes, a load balancer), with the setting that helps:
 * a release would wait for it until it times out. Refuses, in a preview and in an update, to take a control plane of Istio
 * from under its sidecars: a run that failed deletes nothing. Does nothing under mocks, and fails for nothing else.
 */
export function checkGround({ context, kubeconfig, needs: all }: GroundCheckArgs, limit = lookLimit): void {
  if (pulumi.runtime.getEngine() === undefined) return;
  const needs = pulumi.runtime.isDryRun() ? all : { balancer: false, controlPlanes: all.controlPlanes };
  if (needs.volumes === undefined && !needs.balancer && needs.controlPlanes === undefined) return;
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
      else {
        for (const warning of report.warnings) void pulumi.log.warn(warning);
        if (report.refusals.length > 0) throw refusalOf(report.refusals);
      }
    }),
  );
  worker.on(
    "error",
    AsyncResource.bind((error: Error) => aside(error.message)),
  );
  worker.on("exit", () => clearTimeout(end));
}

// Pulumi prints the stack of what is thrown after the program's last line.
function refusalOf(refusals: readonly string[]): pulumi.RunError {
  return Object.assign(new pulumi.RunError(refusals.join("\n")), { stack: "" });
}
