import { readFileSync } from "node:fs";
import { KubernetesApi } from "./platform/kubernetes-api";
import type { Platform } from "./platform/platform";
import { leftovers, listClusterObjects, listControllerObjects, type Inventory } from "./stack/inventory";

/** What the engines hold beyond what they held before the first `up`, one name each: asked of them, not of the state. */
export async function findLeftovers({ folders, api, controller }: Platform): Promise<readonly string[]> {
  const before = JSON.parse(readFileSync(folders.baseline, "utf8")) as Record<"cluster" | "controller", Inventory>;
  const [cluster, overlay] = await Promise.all([
    listClusterObjects(new KubernetesApi(api)),
    listControllerObjects(controller),
  ]);
  return [...leftovers(before.cluster, cluster), ...leftovers(before.controller, overlay)];
}
