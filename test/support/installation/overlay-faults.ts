import type { Fault } from "./fault";

/** What goes wrong with the overlay. */
export const overlayFaults: readonly Fault[] = [
  {
    title: "an edge router that is offline",
    inject: async (world) => {
      const second = await world.addOverlay("edge-routers", { name: "router-b", roleAttributes: ["public"] });
      world.controller.verifyRouter(second);
      await world.disconnectRouter("router-b");
    },
    check: "routers",
    subject: /edge router router-b/,
    cause: /is offline.*NO_EDGE_ROUTERS_AVAILABLE/,
  },
  {
    title: "an edge router that never enrolled",
    inject: async (world) => void (await world.addOverlay("edge-routers", { name: "router-c", roleAttributes: [] })),
    check: "routers",
    subject: /edge router router-c/,
    cause: /has not enrolled/,
  },
  {
    title: "a missing terminator",
    inject: (world) => world.unhost("llm-proxy"),
    check: "terminators",
    subject: /service llm-proxy/,
    cause: /nobody hosts it/,
  },
  {
    title: "a runner that hosts another runner's service",
    inject: (world) => world.host("runner-7f3a", "runner-9c1e"),
    check: "terminators",
    subject: /service runner-7f3a/,
    cause: /hosted by runner-9c1e, which is not that runner/,
  },
  {
    title: "a stranger that hosts the Gateway",
    inject: (world) => world.host("gateway", "agent-1"),
    check: "terminators",
    subject: /service gateway/,
    cause: /hosted by agent-1, which holds none of gateway-hosts/,
  },
  {
    title: "a deleted dial policy",
    inject: (world) =>
      world.removeOverlay("service-policies", "llm-proxy-dial", ["type", "semantic", "identityRoles", "serviceRoles"]),
    check: "overlay",
    subject: /service policy llm-proxy-dial/,
    cause: /is missing: .*service not found/,
  },
  {
    title: "a dial policy for others",
    inject: (world) => world.changeOverlay("service-policies", "tracing-dial", { identityRoles: ["#strangers"] }),
    check: "overlay",
    subject: /service policy tracing-dial/,
    cause: /changed by hand \(identityRoles\)/,
  },
  {
    title: "a router grant that is gone",
    inject: (world) =>
      world.removeOverlay("edge-router-policies", "all-identities-all-routers", [
        "semantic",
        "identityRoles",
        "edgeRouterRoles",
      ]),
    check: "overlay",
    subject: /edge router policy all-identities-all-routers/,
    cause: /NO_EDGE_ROUTERS_AVAILABLE/,
  },
  {
    title: "somebody else's policy that lets everybody dial the Gateway",
    inject: async (world) => {
      const fields = { type: "Dial", semantic: "AnyOf", identityRoles: ["#all"], serviceRoles: ["#all"] };
      await world.addOverlay("service-policies", { name: "debug-dial", ...fields });
    },
    check: "overlay",
    subject: /service policy debug-dial/,
    cause: /opens every service to #all/,
  },
];
