import type { Model } from "../model/model";
import type { OverlayPolicy, RouterGrant } from "../platform/overlay";
import type { OverlayService } from "../model/overlay";

/** A config object of the overlay; services refer to it by `name`. */
interface ConfigObject {
  readonly name: string;
  readonly type: "intercept.v1" | "host.v1";
  readonly data: Readonly<Record<string, unknown>>;
}

/** A service object; `configs` are names of ConfigObjects, to be resolved to ids. */
export interface ServiceObject {
  readonly name: string;
  readonly roleAttributes: readonly string[];
  readonly encryptionRequired: true;
  readonly configs: readonly string[];
}

/** A service policy; `serviceRoles` are `#role` texts, `services` are names that become `@<id>` entries beside them. */
export interface ServicePolicyObject {
  readonly name: string;
  readonly type: "Bind" | "Dial";
  readonly semantic: "AnyOf";
  readonly identityRoles: readonly string[];
  readonly serviceRoles: readonly string[];
  readonly services: readonly string[];
}

/** A grant of edge routers to identities. */
interface EdgeRouterPolicyObject {
  readonly name: string;
  readonly semantic: "AnyOf";
  readonly identityRoles: readonly string[];
  readonly edgeRouterRoles: readonly string[];
}

/** A grant of edge routers to services. */
interface ServiceEdgeRouterPolicyObject {
  readonly name: string;
  readonly semantic: "AnyOf";
  readonly serviceRoles: readonly string[];
  readonly edgeRouterRoles: readonly string[];
}

/** Every static object of the overlay, in the order of creation. */
export interface OverlayObjects {
  readonly configs: readonly ConfigObject[];
  readonly services: readonly ServiceObject[];
  readonly servicePolicies: readonly ServicePolicyObject[];
  readonly edgeRouterPolicies: readonly EdgeRouterPolicyObject[];
  readonly serviceEdgeRouterPolicies: readonly ServiceEdgeRouterPolicyObject[];
}

const all = ["#all"];

function toConfigs({ name, intercept, host }: OverlayService): ConfigObject[] {
  const { addresses, port } = intercept;
  return [
    {
      name: `${name}-intercept`,
      type: "intercept.v1",
      data: { protocols: ["tcp"], addresses, portRanges: [{ low: port, high: port }] },
    },
    { name: `${name}-host`, type: "host.v1", data: { protocol: "tcp", ...host } },
  ];
}

function toService(service: OverlayService): ServiceObject {
  const { name, roleAttributes } = service;
  return { name, roleAttributes, encryptionRequired: true, configs: toConfigs(service).map((config) => config.name) };
}

function toServicePolicy({ name, type, semantic, identityRoles, serviceRoles, services }: OverlayPolicy) {
  const hash = (role: string) => `#${role}`;
  return {
    name,
    type,
    semantic,
    identityRoles: identityRoles.map(hash),
    serviceRoles: serviceRoles.map(hash),
    services,
  };
}

function grantsOf({ overlay }: Model, kind: RouterGrant["kind"]) {
  return overlay.grants
    .filter((grant) => grant.kind === kind)
    .map(({ name }) => ({ name, semantic: "AnyOf" as const }));
}

/** The overlay's objects with symbolic references: names where the controller wants ids. */
export function renderOverlayObjects(model: Model): OverlayObjects {
  const { services, policies } = model.overlay;
  return {
    configs: services.flatMap(toConfigs),
    services: services.map(toService),
    servicePolicies: policies.map(toServicePolicy),
    edgeRouterPolicies: grantsOf(model, "edgeRouterPolicy").map((grant) => ({
      ...grant,
      identityRoles: all,
      edgeRouterRoles: all,
    })),
    serviceEdgeRouterPolicies: grantsOf(model, "serviceEdgeRouterPolicy").map((grant) => ({
      ...grant,
      serviceRoles: all,
      edgeRouterRoles: all,
    })),
  };
}
