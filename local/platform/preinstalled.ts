import type { Definition } from "../engines/definitions";
import type { KubernetesApi } from "./kubernetes-api";

const collection = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const establishSeconds = 30;

/** Applies definitions to the API server and waits until it serves them. */
export async function installDefinitions(api: KubernetesApi, definitions: readonly Definition[]): Promise<void> {
  await Promise.all(
    definitions.map(async (definition) => {
      const path = `${collection}/${definition.metadata.name}`;
      await api.serverSideApply(path, definition);
      await api.waitForCondition(path, "Established", establishSeconds);
    }),
  );
}

/** Makes namespaces that an operator of a real cluster would have made; those that exist stay as they are. */
export async function createNamespaces(api: KubernetesApi, names: readonly string[]): Promise<void> {
  await Promise.all(
    names.map((name) =>
      api.serverSideApply(`/api/v1/namespaces/${name}`, { apiVersion: "v1", kind: "Namespace", metadata: { name } }),
    ),
  );
}

/** The one simulated node. */
export const nodeName = "agyn-local";

/** Registers the simulated node that pods are scheduled to, and waits until it is ready. */
export async function createNode(api: KubernetesApi): Promise<void> {
  const path = `/api/v1/nodes/${nodeName}`;
  const labels = { "kubernetes.io/hostname": nodeName, "kubernetes.io/os": "linux" };
  await api.serverSideApply(path, { apiVersion: "v1", kind: "Node", metadata: { name: nodeName, labels } });
  await api.waitForCondition(path, "Ready", establishSeconds);
}
