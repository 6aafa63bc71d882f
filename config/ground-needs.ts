import type { Settings } from "./settings";

/** What the installation needs that Kubernetes itself does not bring: volumes, and an address for the gateway's Service. */
export function groundNeeds({ controller, ingress, storage }: Settings) {
  return {
    volumes: controller.manage ? { className: storage.className } : undefined,
    balancer: ingress.service?.type === "LoadBalancer",
  };
}
