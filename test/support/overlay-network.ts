import { renderOverlayObjects } from "../../access/render/overlay-objects";
import type { Model } from "../../access/model/model";
import type { Engine, Stored } from "../../openziti/engine";
import { type Properties, textOf } from "../../openziti/values";
import { checked, kindNamed } from "./provider-inputs";

/** Creates one object through the engine, with inputs as a program gives them. */
export async function createThrough(engine: Engine, kind: string, given: Properties): Promise<Stored> {
  return engine.create(kindNamed(kind), `${kind}/${textOf(given, "name")}`, checked(kindNamed(kind), given));
}

/**
 * The static objects of the overlay, created through the engine as the program orders them: what has no order among
 * itself is created at the same time. Answers with everything created, by kind.
 */
export async function createOverlayNetwork(engine: Engine, model: Model): Promise<readonly Stored[]> {
  const objects = renderOverlayObjects(model);
  const create = (kind: string, given: unknown) => createThrough(engine, kind, given as Properties);
  const configs = await Promise.all(
    objects.configs.map(({ type, ...config }) => create("Config", { ...config, configType: type })),
  );
  const idOf = (made: readonly Stored[], name: string) => made.find(({ inputs }) => inputs["name"] === name)?.id ?? "";
  const services = await Promise.all(
    objects.services.map((service) =>
      create("Service", { ...service, configs: service.configs.map((name) => idOf(configs, name)) }),
    ),
  );
  const rest = await Promise.all([
    ...objects.servicePolicies.map(({ services: names, serviceRoles, ...policy }) =>
      create("ServicePolicy", {
        ...policy,
        serviceRoles: [...serviceRoles, ...names.map((name) => `@${idOf(services, name)}`)],
      }),
    ),
    ...objects.edgeRouterPolicies.map((grant) => create("EdgeRouterPolicy", grant)),
    ...objects.serviceEdgeRouterPolicies.map((grant) => create("ServiceEdgeRouterPolicy", grant)),
  ]);
  return [...configs, ...services, ...rest];
}
