import type { Call, Principal } from "../calls";
import type { Manifest } from "../manifest";
import { serviceOf, type Model, type ModelOptions } from "../model";
import { accountOf } from "../service-accounts";
import {
  findService,
  findStore,
  ingressGateway,
  isServiceName,
  isStoreName,
  overlayMembers,
  overlayPods,
  storeNames,
  type ServiceName,
  type StoreName,
} from "../services";
import { allow, denyAll, dns, policy, toBlocks, toNamespace, toPods, type Peer, type Rule } from "./network-rules";

const { controller, router } = overlayPods;
const istiodPort = 15012;

type Callee = ServiceName | StoreName;

function selectorOf(callee: Callee): Readonly<Record<string, string>> {
  return isServiceName(callee) ? findService(callee).selector : findStore(callee).selector;
}

// A caller of the operator's own is known by its ServiceAccount alone, which no packet filter can select: its namespace
// is let in, and the mesh decides which of its workloads gets through.
function toCallerPeer({ namespace, serviceAccount }: Principal, { options, services }: Model): Peer {
  const { namespaces } = options;
  if (namespace === namespaces.ingress) return toPods(namespace, ingressGateway.selector);
  if (namespace !== namespaces.platform) return toNamespace(namespace);
  const store = storeNames.find((name) => storeAccount(options, name) === serviceAccount);
  if (store !== undefined) return toPods(namespace, findStore(store).selector);
  const known = services.find((service) => service.serviceAccount === serviceAccount);
  return known === undefined ? toNamespace(namespace) : toPods(namespace, known.selector);
}

function portsOf(calls: readonly Call[]): number[] {
  return [...new Set(calls.map(({ port }) => port))].sort((left, right) => left - right);
}

function storeAccount(options: ModelOptions, store: StoreName): string {
  return store === "openfga" ? accountOf(options, store) : store;
}

// One rule per port, so that a caller of one port does not get the others.
function ingressRules(callee: Callee, model: Model): Rule[] {
  const inbound = model.calls.filter((call) => call.callee === callee);
  return portsOf(inbound).flatMap((port) => {
    const callers = inbound.filter((call) => call.port === port).map(({ caller }) => toCallerPeer(caller, model));
    return allow("from", callers, [port]);
  });
}

function egressRules(caller: Principal, { options, calls }: Model): Rule[] {
  const outbound = calls.filter(
    (call) => call.caller.namespace === caller.namespace && call.caller.serviceAccount === caller.serviceAccount,
  );
  return portsOf(outbound).flatMap((port) => {
    const callees = outbound.filter((call) => call.port === port).map(({ callee }) => selectorOf(callee));
    return allow(
      "to",
      callees.map((selector) => toPods(options.namespaces.platform, selector)),
      [port],
    );
  });
}

function toUnderlay(overlay: string): Rule[] {
  return [
    ...allow("to", [toPods(overlay, controller.selector)], [controller.clientPort]),
    ...allow("to", [toPods(overlay, router.selector)], [router.edgePort]),
  ];
}

function outsideRules(service: ServiceName, { options }: Model): Rule[] {
  const { llmProviders, internetEgress } = options.networkPolicies;
  const exceptions = internetEgress.filter((entry) => entry.service === service);
  const blocks = [
    ...(service === "llm-proxy" ? llmProviders : []),
    ...exceptions.flatMap((entry) => entry.destinations),
  ];
  const { overlay } = options.namespaces;
  const managesOverlay = service === "ziti-management";
  return [
    ...allow("to", toBlocks(blocks), [443]),
    ...(overlayMembers.includes(service) ? toUnderlay(overlay) : []),
    ...(managesOverlay
      ? allow("to", [toPods(overlay, controller.selector)], [controller.clientPort, controller.managementPort])
      : []),
  ];
}

function renderWorkload(service: ServiceName, model: Model): Manifest[] {
  const { platform } = model.options.namespaces;
  const { selector, serviceAccount } = serviceOf(model, service);
  const ingress = ingressRules(service, model);
  const egress = [...egressRules({ namespace: platform, serviceAccount }, model), ...outsideRules(service, model)];
  return policy({
    name: service,
    namespace: platform,
    selector,
    ingress,
    egress,
    because: `What ${service} is called by and calls.`,
  });
}

function renderStores(model: Model): Manifest[] {
  const stores = [...new Set(model.calls.map(({ callee }) => callee))].filter(isStoreName);
  const namespace = model.options.namespaces.platform;
  return stores.flatMap((store) => {
    const self = { namespace, serviceAccount: storeAccount(model.options, store) };
    return policy({
      name: store,
      namespace,
      selector: selectorOf(store),
      ingress: ingressRules(store, model),
      egress: egressRules(self, model),
      because: `Who keeps state in ${store}.`,
    });
  });
}

function renderPlatform(model: Model): Manifest[] {
  const { platform, mesh } = model.options.namespaces;
  const base = [...dns(), ...allow("to", [toPods(mesh, { app: "istiod" })], [istiodPort])];
  return [
    ...model.services.flatMap(({ name }) => renderWorkload(name, model)),
    ...renderStores(model),
    ...policy({
      name: "mesh-and-dns",
      namespace: platform,
      selector: {},
      egress: base,
      because: "Names, and the mesh's certificates.",
    }),
    denyAll(platform),
  ];
}

// Agents are selected by their namespace: a label that a runner forgets would leave an agent unguarded.
function renderWorkloads({ options }: Model): Manifest[] {
  const { workloads, overlay } = options.namespaces;
  const egress = [...dns(), ...toUnderlay(overlay)];
  const because =
    "Agents reach the overlay, which decides the rest, and nothing else. Their sidecar shares their address.";
  return [...policy({ name: "overlay-only", namespace: workloads, selector: {}, egress, because }), denyAll(workloads)];
}

function renderIngress(model: Model): Manifest[] {
  const { ingress, mesh, overlay } = model.options.namespaces;
  const solver = { "acme.cert-manager.io/http01-solver": "true" };
  const self = { namespace: ingress, serviceAccount: accountOf(model.options, ingressGateway.serviceAccount) };
  const egress = [
    ...egressRules(self, model),
    ...toUnderlay(overlay),
    ...allow("to", [toPods(ingress, solver)], [8089]),
    ...dns(),
    ...allow("to", [toPods(mesh, { app: "istiod" })], [istiodPort]),
  ];
  return policy({
    name: "public-hosts",
    namespace: ingress,
    selector: ingressGateway.selector,
    ingress: [{ ports: [80, 443].map((port) => ({ protocol: "TCP", port })) }],
    egress,
    because: "The public reaches the ingress gateway, and it reaches the public hosts' backends.",
  });
}

function renderOverlay({ options }: Model): Manifest[] {
  const { overlay, platform, workloads, ingress } = options.namespaces;
  const members = overlayMembers.map((name) => toPods(platform, findService(name).selector));
  const manager = toPods(platform, findService("ziti-management").selector);
  const clients = [toNamespace(workloads), toNamespace(overlay), toPods(ingress, ingressGateway.selector), ...members];
  return [
    ...policy({
      name: "controller",
      namespace: overlay,
      selector: controller.selector,
      ingress: [
        ...allow("from", [...clients, manager], [controller.clientPort]),
        ...allow("from", [manager], [controller.managementPort]),
      ],
      because: "Everyone with an overlay identity signs in; Ziti Management alone manages.",
    }),
    ...policy({
      name: "routers",
      namespace: overlay,
      selector: router.selector,
      ingress: allow("from", clients, [router.edgePort]),
      because: "Everyone with an overlay identity enters the overlay at a router.",
    }),
  ];
}

/**
 * Packet filters under the mesh; none unless `networkPolicies.enabled`. The platform's and the workloads' namespace are
 * closed in both directions; each call of the model is opened at both of its ends, by pod port. Gateway and overlay
 * pods are guarded when the program installs them.
 */
export function renderNetworkPolicies(model: Model): readonly Manifest[] {
  const { networkPolicies, mesh, controller: managed } = model.options;
  if (!networkPolicies.enabled) return [];
  return [
    ...renderPlatform(model),
    ...renderWorkloads(model),
    ...(mesh.manage ? renderIngress(model) : []),
    ...(managed.manage ? renderOverlay(model) : []),
  ];
}
