import type { Model } from "../../../access/model/model";
import { renderOverlayObjects } from "../../../access/render/overlay-objects";
import type { ControllerClient } from "../../../openziti/client/client";

/** Services that runners registered at run time. */
export const runnerServices = ["runner-7f3a", "runner-9c1e"] as const;

/** Identities of a running platform: their roles, and the services they host. */
export const overlayIdentities = [
  { name: "gateway-pod-1", roles: ["gateway-hosts"], hosts: ["gateway"] },
  { name: "llm-proxy-pod-1", roles: ["llm-proxy-hosts"], hosts: ["llm-proxy"] },
  { name: "tracing-pod-1", roles: ["tracing-hosts"], hosts: ["tracing"] },
  { name: "agent-1", roles: ["agents"], hosts: [] },
  { name: "runner-7f3a", roles: ["runners"], hosts: ["runner-7f3a"] },
  { name: "runner-9c1e", roles: ["runners"], hosts: ["runner-9c1e"] },
  { name: "orchestrator-1", roles: ["orchestrators"], hosts: [] },
] as const;

/** Makes the static overlay as the program does: configs, services, then policies and grants. */
export async function createStaticOverlay(client: ControllerClient, model: Model): Promise<void> {
  const rendered = renderOverlayObjects(model);
  const tags = {};
  const types = new Map((await client.list("config-types")).map(({ name, id }) => [name, id]));
  const ids = new Map<string, string>();
  for (const { name, type, data } of rendered.configs) {
    ids.set(name, await client.create("configs", { name, data, tags, configTypeId: types.get(type) }));
  }
  for (const { configs, ...service } of rendered.services) {
    const own = configs.map((config) => ids.get(config));
    ids.set(`@${service.name}`, await client.create("services", { ...service, tags, configs: own }));
  }
  for (const { services, serviceRoles, ...policy } of rendered.servicePolicies) {
    const named = services.map((service) => `@${ids.get(`@${service}`)}`);
    await client.create("service-policies", { ...policy, tags, serviceRoles: [...serviceRoles, ...named] });
  }
  for (const grant of rendered.edgeRouterPolicies) await client.create("edge-router-policies", { ...grant, tags });
  for (const grant of rendered.serviceEdgeRouterPolicies) {
    await client.create("service-edge-router-policies", { ...grant, tags });
  }
}
