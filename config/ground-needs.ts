import { bringsDatabase } from "../access/model/store-use";
import type { Settings } from "./settings";

/** What the installation needs that Kubernetes itself does not bring: volumes, and an address for the gateway's Service. */
export function groundNeeds(settings: Settings) {
  const { controller, ingress, storage } = settings;
  return {
    volumes: controller.manage || bringsDatabase(settings) ? { className: storage.className } : undefined,
    balancer: ingress.service?.type === "LoadBalancer",
  };
}
