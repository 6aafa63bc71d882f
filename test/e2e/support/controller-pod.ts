import { setTimeout as sleep } from "node:timers/promises";
import { overlayPods } from "../../../access/platform/services";
import { managementPort } from "../../../components/ziti-overlay/controller";
import type { KubernetesApi } from "../../../local/platform/kubernetes-api";
import { createNamespaces } from "../../../local/platform/preinstalled";

const namespace = "ziti";
const { managementService } = overlayPods.controller;
const labels = { app: managementService };
const ports = [{ name: "management", protocol: "TCP" }];
const pod = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "controller-0", namespace, labels },
  spec: {
    containers: [
      { name: "controller", image: "controller", ports: [{ name: "management", containerPort: managementPort }] },
    ],
  },
};
const service = {
  apiVersion: "v1",
  kind: "Service",
  metadata: { name: managementService, namespace },
  spec: { selector: labels, ports: ports.map((port) => ({ ...port, port: managementPort })) },
};

interface Slices {
  readonly items: readonly {
    readonly endpoints: readonly { readonly conditions: { readonly ready: boolean } }[] | null;
  }[];
}

/** Puts the controller's pod and its management Service into the cluster, as the chart would, and waits until it is ready. */
export async function createControllerPod(api: KubernetesApi): Promise<void> {
  await createNamespaces(api, [namespace]);
  await api.serverSideApply(`/api/v1/namespaces/${namespace}/pods/${pod.metadata.name}`, pod);
  await api.serverSideApply(`/api/v1/namespaces/${namespace}/services/${managementService}`, service);
  await untilReady(api);
}

async function untilReady(api: KubernetesApi): Promise<void> {
  const selector = encodeURIComponent(`kubernetes.io/service-name=${managementService}`);
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices?labelSelector=${selector}`;
  for (;;) {
    const slices = await api.tryGet<Slices>(path);
    if (slices?.items.some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions.ready))) return;
    await sleep(200); // the suite's own limit ends a wait in vain
  }
}
