/**
 * A thread that looks at the pods of a cluster again and again and reports why those are not ready that are not. Its own
 * thread, so that nothing it waits for (a server that hangs, a credential plugin, name resolution) keeps the program alive
 * that started it, and nothing that goes wrong in it ends that program.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { ApiServer, KubeconfigError, loadKubeConfig } from "../api-server";
import { diagnose, renderFinding } from "../diagnosis/diagnose";
import { toNews, type Memory } from "../diagnosis/news";
import { readObserved } from "../diagnosis/read-observed";
import type { WatchOrder, WatchReport } from "./order";

/** Milliseconds for one look. */
const lookLimit = 15_000;

const report = (message: WatchReport): void => parentPort?.postMessage(message);

async function watch({ cluster, namespaces, interval }: WatchOrder): Promise<void> {
  const config = await loadKubeConfig(cluster);
  let memory: Memory = new Map();
  for (;;) {
    const api = new ApiServer(config, AbortSignal.timeout(lookLimit));
    const observed = await readObserved(api, namespaces);
    for (const unread of observed.unread) report({ trouble: JSON.stringify(unread) });
    const news = toNews(memory, diagnose(observed), Date.now());
    memory = news.memory;
    const told = news.fresh.map((finding) => ({ owner: finding.owner, text: renderFinding(finding) }));
    if (told.length > 0) report({ told });
    await sleep(interval);
  }
}

watch(workerData as WatchOrder).catch((error: unknown) => {
  if (!(error instanceof KubeconfigError)) throw error;
  report({ trouble: error.message });
});
