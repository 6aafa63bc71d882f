import * as pulumi from "@pulumi/pulumi";
import type { OverlayObjects, ServiceObject, ServicePolicyObject } from "../../access/render/overlay-objects";
import * as openziti from "../../openziti/resources";

/** The static network as registered. */
export interface Network {
  /** By name. */
  readonly services: ReadonlyMap<string, openziti.Service>;
  readonly all: readonly pulumi.Resource[];
}

/**
 * Registers the static network: configs, services, then policies and router grants. Names the renderer used become ids
 * of the objects registered here, so nothing can refer to an object that is not in the same program.
 */
export function createNetwork(name: string, objects: OverlayObjects, opts: pulumi.CustomResourceOptions): Network {
  const configs = new Map(
    objects.configs.map((config) => [
      config.name,
      new openziti.Config(`${name}-config-${config.name}`, { ...withoutType(config), configType: config.type }, opts),
    ]),
  );
  const services = new Map(
    objects.services.map((service) => [service.name, createService(name, service, configs, opts)]),
  );
  const policies = [
    ...objects.servicePolicies.map((policy) => createServicePolicy(name, policy, services, opts)),
    ...objects.edgeRouterPolicies.map(
      (grant) => new openziti.EdgeRouterPolicy(`${name}-edge-router-policy-${grant.name}`, grant, opts),
    ),
    ...objects.serviceEdgeRouterPolicies.map(
      (grant) => new openziti.ServiceEdgeRouterPolicy(`${name}-service-edge-router-policy-${grant.name}`, grant, opts),
    ),
  ];
  return { services, all: [...configs.values(), ...services.values(), ...policies] };
}

function withoutType({ name, data }: OverlayObjects["configs"][number]) {
  return { name, data };
}

function createService(
  name: string,
  service: ServiceObject,
  configs: ReadonlyMap<string, openziti.Config>,
  opts: pulumi.CustomResourceOptions,
): openziti.Service {
  const ids = service.configs.map((config) => findByName(configs, config).id);
  return new openziti.Service(`${name}-service-${service.name}`, { ...service, configs: ids }, opts);
}

function createServicePolicy(
  name: string,
  { services: named, ...policy }: ServicePolicyObject,
  services: ReadonlyMap<string, openziti.Service>,
  opts: pulumi.CustomResourceOptions,
): openziti.ServicePolicy {
  const ids = named.map((service) => pulumi.interpolate`@${findByName(services, service).id}`);
  const args = { ...policy, serviceRoles: [...policy.serviceRoles, ...ids] };
  return new openziti.ServicePolicy(`${name}-policy-${policy.name}`, args, opts);
}

function findByName<T>(objects: ReadonlyMap<string, T>, name: string): T {
  const found = objects.get(name);
  if (found === undefined) throw new Error(`The overlay model refers to "${name}", which it does not define.`);
  return found;
}
