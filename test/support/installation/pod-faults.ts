import type { Fault } from "./fault";

const overlay = "ziti";
const container = { name: "ziti-router", image: "openziti/ziti-router:0.0.0" };

const pod = (state: object, conditions: readonly object[]) => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "ziti-router-0", namespace: overlay },
  spec: { automountServiceAccountToken: false, containers: [container] },
  status: {
    ...{ phase: "Pending", conditions },
    containerStatuses: [{ ...container, imageID: "", ready: false, restartCount: 0, state }],
  },
});
const notReady = { type: "Ready", status: "False", reason: "ContainersNotReady" };

/** What keeps pods from being ready. */
export const podFaults: readonly Fault[] = [
  {
    title: "an image that cannot be pulled",
    inject: (world) =>
      world.add(
        pod({ waiting: { reason: "ErrImagePull", message: "manifest unknown: manifest unknown" } }, [notReady]),
      ),
    check: "pods",
    subject: /^Pod ziti-router-0$/,
    cause: /container ziti-router: the registry has no image "openziti\/ziti-router:0\.0\.0".*manifest unknown/,
  },
  {
    title: "a node that is too small",
    inject: (world) => {
      const message = "0/1 nodes are available: 1 Insufficient memory.";
      const unschedulable = { type: "PodScheduled", status: "False", reason: "Unschedulable", message };
      return world.add({ ...pod({}, []), status: { phase: "Pending", conditions: [unschedulable] } });
    },
    check: "pods",
    subject: /^Pod ziti-router-0$/,
    cause: /no node has memory left/,
  },
  {
    title: "a claim without a StorageClass",
    inject: (world) =>
      world.add({
        apiVersion: "v1",
        kind: "PersistentVolumeClaim",
        metadata: { name: "ziti-controller", namespace: overlay },
        spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        status: { phase: "Pending" },
      }),
    check: "pods",
    subject: /^PersistentVolumeClaim ziti-controller$/,
    cause: /has no default one \(StorageClasses: none\)/,
  },
];
