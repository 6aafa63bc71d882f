import type { ApiServer } from "./api-server";
import { readAbandoned, type AbandonedPlane } from "./control-planes";
import type { Balanced, ClusterNode, GroundNeeds, StorageClass } from "./ground";
import type { Reading } from "./reading";

/** What is known of the ground. What nothing needs is not asked, and empty. */
export interface Ground {
  readonly storageClasses: Reading<readonly StorageClass[]>;
  readonly services: Reading<readonly Balanced[]>;
  readonly nodes: Reading<readonly ClusterNode[]>;
  readonly abandoned: Reading<readonly AbandonedPlane[]>;
}

/** Reads what the needs are held against, all at once. */
export async function readGround(api: ApiServer, { volumes, balancer, controlPlanes }: GroundNeeds): Promise<Ground> {
  const list = <T>(path: string, resource: string) => api.list<T>(path, { verb: "list", resource });
  const nothing = Promise.resolve({ value: [] });
  const [storageClasses, services, nodes, abandoned] = await Promise.all([
    volumes ? list<StorageClass>("/apis/storage.k8s.io/v1/storageclasses", "storageclasses.storage.k8s.io") : nothing,
    balancer ? list<Balanced>("/api/v1/services", "services") : nothing,
    balancer ? list<ClusterNode>("/api/v1/nodes", "nodes") : nothing,
    controlPlanes ? readAbandoned(api, controlPlanes) : nothing,
  ]);
  return { storageClasses, services, nodes, abandoned };
}
