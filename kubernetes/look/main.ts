/**
 * A thread that looks once whether a cluster has what an installation needs, and reports what it lacks and what would be
 * taken from under those that use it. Its own thread, so
 * that the client of the API server costs a preview no start-up, and nothing that goes wrong in it ends the preview.
 */
import { parentPort, workerData } from "node:worker_threads";
import { ApiServer, KubeconfigError, loadKubeConfig } from "../api-server";
import { describeAbandoned, type AbandonedPlane, type ControlPlaneNeeds } from "../control-planes";
import { judgeBalancer, judgeStorage, type Judgement } from "../ground";
import { readGround } from "../read-ground";
import type { LookOrder, LookReport } from "./order";

const report = (message: LookReport): void => parentPort?.postMessage(message);

async function look({ cluster, needs, limit }: LookOrder): Promise<LookReport> {
  const api = new ApiServer(await loadKubeConfig(cluster), AbortSignal.timeout(limit));
  const { storageClasses, services, nodes, abandoned } = await readGround(api, needs);
  const unread = [storageClasses, services, nodes, abandoned].find((reading) => !("value" in reading));
  if (unread !== undefined && "reason" in unread) return { trouble: unread.reason };
  const judged: [subject: string, judgement: Judgement][] = [];
  if (needs.volumes && "value" in storageClasses) {
    const { className } = needs.volumes;
    const subject = className === undefined ? "StorageClass" : `StorageClass ${className}`;
    judged.push([subject, judgeStorage(storageClasses.value, className)]);
  }
  if (needs.balancer && "value" in services && "value" in nodes) {
    judged.push(["Services of type LoadBalancer", judgeBalancer(services.value, nodes.value)]);
  }
  const lacking = judged.filter(([, { isThere }]) => isThere === false);
  return {
    warnings: lacking.map(([subject, { cause, fix }]) => `${subject}: ${cause}. ${fix}`),
    refusals: "value" in abandoned ? toRefusals(abandoned.value, needs.controlPlanes) : [],
  };
}

function toRefusals(planes: readonly AbandonedPlane[], needs: ControlPlaneNeeds | undefined): readonly string[] {
  if (needs === undefined) return [];
  return planes.map((plane, at) => {
    const { cause, fix } = describeAbandoned(plane, needs, at);
    return `mesh.retained: ${cause}. ${fix}`;
  });
}

look(workerData as LookOrder).then(report, (error: unknown) => {
  if (!(error instanceof KubeconfigError)) throw error;
  report({ trouble: error.message });
});
