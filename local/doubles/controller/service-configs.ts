import { notFound } from "./errors";
import { toReference } from "./reference";
import type { Entity, Fields } from "./store";
import type { World } from "./world";

// A config that replaces, for one identity, the service's own config of that type.
interface Assignment {
  serviceId: string;
  configId: string;
}

function assignmentsOf(identity: Entity): Assignment[] {
  return (identity.serviceConfigs as Assignment[] | undefined) ?? [];
}

function isSame(a: Assignment, b: Assignment): boolean {
  return a.serviceId === b.serviceId && a.configId === b.configId;
}

/** The configs assigned to an identity, each with its service. */
export function listAssignedConfigs(world: World, identity: Entity): Fields[] {
  return assignmentsOf(identity).flatMap(({ serviceId, configId }) => {
    const service = world.store.in("services").get(serviceId);
    const config = world.store.in("configs").get(configId);
    if (service === undefined || config === undefined) return [];
    return [{ serviceId, service: toReference("services", service), configId, config: toReference("configs", config) }];
  });
}

/** Assigns configs to an identity; 404 when a config does not exist; the service is not looked for. */
export function assignConfigs(world: World, identity: Entity, wanted: readonly Fields[]): void {
  const added = wanted.map((entry) => ({ serviceId: String(entry.serviceId), configId: String(entry.configId) }));
  for (const { configId } of added) {
    if (!world.store.in("configs").has(configId)) throw notFound("config", configId);
  }
  const kept = assignmentsOf(identity).filter((entry) => !added.some((other) => isSame(entry, other)));
  world.store.update("identities", identity.id, { serviceConfigs: [...kept, ...added] });
}

/** Takes assignments away: those listed. */
export function removeAssignedConfigs(
  world: World,
  identity: Entity,
  unwanted: readonly Fields[] | null | undefined,
): void {
  const listed = (unwanted ?? []) as unknown as Assignment[];
  const kept = assignmentsOf(identity).filter((entry) => !listed.some((other) => isSame(entry, other)));
  world.store.update("identities", identity.id, { serviceConfigs: kept });
}
