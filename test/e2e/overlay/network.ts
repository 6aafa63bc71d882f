import type { PulumiFn } from "@pulumi/pulumi/automation";
import { getStack } from "@pulumi/pulumi";
import { buildModel } from "../../../access/model/model";
import { type OverlayObjects, renderOverlayObjects } from "../../../access/render/overlay-objects";
import { createNetwork } from "../../../components/ziti-overlay/network";
import * as openziti from "../../../openziti/resources";
import { optionsWith } from "../../access/options";
import { ContractApi, type ContractTarget } from "../../support/contract-api";

/** The overlay's static objects. */
export const network: OverlayObjects = renderOverlayObjects(buildModel(optionsWith()));

/** What the network comes to in the controller: `services gateway` and so on, in order. */
export function namesOf(objects: OverlayObjects): readonly string[] {
  const collections = {
    configs: objects.configs,
    services: objects.services,
    "service-policies": objects.servicePolicies,
    "edge-router-policies": objects.edgeRouterPolicies,
    "service-edge-router-policies": objects.serviceEdgeRouterPolicies,
  };
  return Object.entries(collections)
    .flatMap(([collection, named]) => named.map(({ name }) => `${collection} ${name}`))
    .sort();
}

/** The same network under other names, for a stack of its own on the same controller. */
export function renamed(objects: OverlayObjects, prefix: string): OverlayObjects {
  const own = <T extends { readonly name: string }>(named: readonly T[]) =>
    named.map((each) => ({ ...each, name: prefix + each.name }));
  const prefixed = (names: readonly string[]) => names.map((name) => prefix + name);
  return {
    configs: own(objects.configs),
    services: own(objects.services).map((each) => ({ ...each, configs: prefixed(each.configs) })),
    servicePolicies: own(objects.servicePolicies).map((each) => ({ ...each, services: prefixed(each.services) })),
    edgeRouterPolicies: own(objects.edgeRouterPolicies),
    serviceEdgeRouterPolicies: own(objects.serviceEdgeRouterPolicies),
  };
}

/** A program with the network and nothing else, against a controller. */
export function networkProgram(controller: ContractTarget, objects: OverlayObjects = network): PulumiFn {
  return () => {
    const { url, ca, username, password } = controller;
    const provider = new openziti.Provider("controller", { url, ca, username, password, stack: getStack() });
    createNetwork("overlay", objects, { provider });
    return Promise.resolve();
  };
}

/** What a stack has in the controller, by its tag, in the form of `namesOf`: asked of the controller, not of the state. */
export async function objectsOf(controller: ContractTarget, stack: string): Promise<readonly string[]> {
  const api = new ContractApi(controller, undefined);
  await api.logIn();
  const collections = [...new Set(namesOf(network).map((name) => name.split(" ")[0] ?? ""))];
  const found = await Promise.all(
    collections.map(async (collection) =>
      (await api.find(collection, `tags.agyn-stack="${stack}"`)).map(({ name }) => `${collection} ${String(name)}`),
    ),
  );
  return found.flat().sort();
}
