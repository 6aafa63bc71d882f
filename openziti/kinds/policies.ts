import { defineKind } from "./kind";
import { roles, semantic } from "./shared-fields";

/** Lets identities dial or host services. */
export const servicePolicy = defineKind({
  name: "ServicePolicy",
  collection: "service-policies",
  description: "Lets identities dial or host services.",
  fields: [
    {
      name: "type",
      type: "string",
      required: true,
      oneOf: ["Dial", "Bind"],
      replaces: true,
      description:
        "Dial: may connect. Bind: may host. Changing it replaces the policy, so that it shows in the preview.",
    },
    semantic,
    roles("identityRoles", "identities"),
    roles("serviceRoles", "services"),
    { ...roles("postureCheckRoles", "posture checks"), required: false },
  ],
  outputs: [],
});

const isSystem = (entity: Readonly<Record<string, unknown>>) =>
  entity["isSystem"] === true ? "the controller made it for a router's tunneller" : undefined;

/** Lets identities connect through edge routers. */
export const edgeRouterPolicy = defineKind({
  name: "EdgeRouterPolicy",
  collection: "edge-router-policies",
  description: "Lets identities connect through edge routers.",
  fields: [semantic, roles("edgeRouterRoles", "edge routers"), roles("identityRoles", "identities")],
  outputs: [],
  reserved: isSystem,
});

/** Lets services travel through edge routers. */
export const serviceEdgeRouterPolicy = defineKind({
  name: "ServiceEdgeRouterPolicy",
  collection: "service-edge-router-policies",
  description: "Lets services travel through edge routers.",
  fields: [semantic, roles("edgeRouterRoles", "edge routers"), roles("serviceRoles", "services")],
  outputs: [],
  reserved: isSystem,
});
