import { chmodSync, mkdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { KubernetesApi } from "../../platform/kubernetes-api";

/** A claim for a volume, as far as the provisioner looks at it. */
export interface VolumeClaim {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly uid: string };
  readonly spec: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly accessModes: readonly string[];
    readonly resources: { readonly requests: { readonly storage: string } };
  };
  readonly status?: { readonly phase?: string };
}

/** A volume, as far as the provisioner looks at it. */
export interface Volume {
  readonly apiVersion?: string;
  readonly kind?: string;
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
  readonly spec: { readonly storageClassName?: string; readonly [field: string]: unknown };
  readonly status?: { readonly phase?: string };
}

/** The name of the StorageClass. */
export const storageClass = "node-folders";

const provisioner = "networking.agyn.io/node-folders";
const classPath = `/apis/storage.k8s.io/v1/storageclasses/${storageClass}`;

/** The default StorageClass of the node. */
function renderStorageClass(): object {
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: storageClass, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner,
    reclaimPolicy: "Delete",
    volumeBindingMode: "Immediate",
  };
}

/** True for a claim that waits for a volume of this class. */
export function isWaiting({ spec, status }: VolumeClaim): boolean {
  return spec.storageClassName === storageClass && spec.volumeName === undefined && status?.phase === "Pending";
}

/** The volume for a claim: a folder below `folder` that is named after it. */
export function renderVolume({ metadata, spec }: VolumeClaim, folder: string): Volume {
  const { name, namespace, uid } = metadata;
  const volume = `pvc-${uid}`;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: { name: volume, annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
    spec: {
      capacity: { storage: spec.resources.requests.storage },
      accessModes: spec.accessModes,
      storageClassName: storageClass,
      persistentVolumeReclaimPolicy: "Delete",
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid },
      hostPath: { path: path.join(folder, volume), type: "Directory" },
    },
  };
}

/** A stand-in for a cloud's disks: a default StorageClass, and a folder of the machine for every claim. */
export class VolumeProvisioner {
  public constructor(
    private readonly api: KubernetesApi,
    private readonly folder: string,
  ) {}

  public async act(): Promise<void> {
    if ((await this.api.tryGet(classPath)) === undefined) {
      await this.api.serverSideApply(classPath, renderStorageClass());
    }
    await this.provide();
    await this.reclaim();
  }

  private async provide(): Promise<void> {
    const claims = await this.api.tryGet<{ items: readonly VolumeClaim[] }>("/api/v1/persistentvolumeclaims");
    for (const claim of claims?.items.filter(isWaiting) ?? []) {
      const volume = renderVolume(claim, this.folder);
      const folder = path.join(this.folder, volume.metadata.name);
      mkdirSync(folder, { recursive: true });
      // A disk is handed to whichever user the pod runs as; a folder is open to all instead.
      chmodSync(folder, 0o777);
      await this.api.serverSideApply(`/api/v1/persistentvolumes/${volume.metadata.name}`, volume);
    }
  }

  private async reclaim(): Promise<void> {
    const volumes = await this.api.tryGet<{ items: readonly Volume[] }>("/api/v1/persistentvolumes");
    for (const { metadata, spec, status } of volumes?.items ?? []) {
      if (spec.storageClassName !== storageClass || status?.phase !== "Released") continue;
      await this.api.remove(`/api/v1/persistentvolumes/${metadata.name}`);
      rmSync(path.join(this.folder, metadata.name), { recursive: true, force: true });
    }
  }
}

/** Takes the StorageClass away, where a node shall have none. */
export async function removeStorageClass(api: KubernetesApi): Promise<void> {
  await api.remove(classPath);
}
