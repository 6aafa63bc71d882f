import { buildModel, type Model } from "../../access/model/model";
import { findStore, isServiceName, overlayPods, storeNames } from "../../access/platform/services";
import { networkPoliciesWith, optionsWith } from "../access/options";
import type { Endpoint, Protocol } from "./network-policy-evaluator";

type Labels = Readonly<Record<string, string>>;

/** Where a place listens: pod ports. */
export interface Listener {
  readonly protocol: Exclude<Protocol, "SCTP" | "ICMP">;
  readonly port: number;
}

/** One kind of pod, or a host outside of pods, with everything that it listens on and its Service, if it has one. */
export interface Place extends Endpoint {
  readonly listens: readonly Listener[];
  /** Addresses of the Service; its one port leads to the first that the pods listen on. */
  readonly service?: { readonly v4: string; readonly v6: string; readonly port: number; readonly targetPort: number };
}

/** A port that nobody declares, on which everything listens all the same: above all others, and no client gets it. */
const undeclaredPort = 61_001;
/** The port of a Service that leads to the pod's first port: neither the pod's own nor another's. */
const servicePort = 2496;

/** An installation in which every kind of flow occurs. */
export const everythingOn: Model = buildModel(
  optionsWith({
    networkPolicies: networkPoliciesWith({
      llmProviders: [{ name: "acme", destinations: ["198.51.100.0/25", "2001:db8:5::/48"] }],
      internetEgress: [
        { service: "media-proxy", destinations: ["0.0.0.0/0", "::/0"], because: "It fetches what users link to." },
        { service: "gateway", destinations: ["203.0.113.7/32"], ports: [8443], because: "The issuer is outside." },
      ],
      clusterAddresses: ["11.0.0.0/16", "2001:db8:c1::/48"],
      monitoring: "monitoring",
    }),
    mesh: {
      extraCallers: [
        {
          service: "runners",
          methods: ["ListWorkloads"],
          namespace: "ops",
          serviceAccount: "capacity-report",
          because: "It counts workloads.",
        },
      ],
    },
  }),
);

/** The same, with agents that may use the public internet. */
export const openAgents: Model = buildModel({
  ...everythingOn.options,
  networkPolicies: { ...everythingOn.options.networkPolicies, agentEgress: "internet" },
});

const tcp = (...ports: readonly number[]): Listener[] => ports.map((port) => ({ protocol: "TCP", port }));
const dns: readonly Listener[] = [...tcp(53), { protocol: "UDP", port: 53 }, { protocol: "UDP", port: undeclaredPort }];

interface PodRow {
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  readonly listens: readonly Listener[];
}

function platformRows({ options, services, calls }: Model): PodRow[] {
  const namespace = options.namespaces.platform;
  const portsOf = (callee: string) => calls.filter((call) => call.callee === callee).map(({ port }) => port);
  const own = services.map(({ name, selector, ports }) => ({
    name,
    namespace,
    labels: { ...selector, "app.kubernetes.io/instance": name },
    listens: tcp(...new Set([...ports.map(({ port }) => port), ...portsOf(name)]), 15020),
  }));
  const stores = storeNames.map((name) => {
    const { selector, port } = findStore(name);
    return { name, namespace, labels: selector, listens: tcp(...new Set([port, ...portsOf(name)]), 15020) };
  });
  return [...own, ...stores.filter(({ name }) => !isServiceName(name))];
}

function systemRows({ options }: Model): PodRow[] {
  const { workloads, ingress, mesh, overlay, certManager } = options.namespaces;
  const { controller, router } = overlayPods;
  const component = (name: string) => ({ "app.kubernetes.io/name": name });
  const istiodPorts = [15010, 15012, 15014, 15017, 8080];
  const row = (name: string, namespace: string, labels: Labels, listens: readonly Listener[] = []) => ({
    name,
    namespace,
    labels,
    listens,
  });
  return [
    row("agent-a", workloads, { "agyn.dev/managed-by": "agents-orchestrator" }, tcp(8080)),
    row("agent-b", workloads, {}, tcp(8080, 50051)),
    row("ingress-gateway", ingress, { istio: "ingressgateway" }, tcp(80, 443, 15020, 15021)),
    row("acme-solver", ingress, { "acme.cert-manager.io/http01-solver": "true" }, tcp(8089)),
    row("istiod", mesh, { app: "istiod", "istio.io/rev": "default" }, tcp(...istiodPorts)),
    row("ziti-controller", overlay, controller.selector, tcp(controller.clientPort, controller.managementPort, 9090)),
    row("ziti-controller-2", overlay, controller.selector, tcp(controller.clientPort)),
    row("ziti-router", overlay, router.selector, tcp(router.edgePort)),
    row("ziti-router-2", overlay, router.selector, tcp(router.edgePort)),
    row("cert-manager", certManager, component("cert-manager"), tcp(9402)),
    row("cert-manager-webhook", certManager, component("webhook"), tcp(10250, 9402)),
    row("cert-manager-cainjector", certManager, component("cainjector"), tcp(9402)),
    row("trust-manager", certManager, component("trust-manager"), tcp(6443, 9402)),
    ...strangers.map(([role, ...ports]) => row(`stranger in ${role}`, options.namespaces[role], {}, tcp(...ports))),
    row("kube-dns", "kube-system", { "k8s-app": "kube-dns" }, [...dns, ...tcp(9153)]),
    row("metrics-server", "kube-system", { "k8s-app": "metrics-server" }, tcp(10250)),
    row("fake-dns", "ops", { "k8s-app": "kube-dns" }, dns),
    row("fake-gateway", "ops", { istio: "ingressgateway" }, tcp(443)),
    row("fake-controller", "ops", controller.selector, tcp(controller.clientPort, controller.managementPort)),
    row("fake-postgres", "ops", component("postgres"), tcp(5432)),
    row("prometheus", "monitoring", { app: "prometheus" }, tcp(9090)),
  ];
}

// In each managed namespace a pod without labels that listens wherever a selected one does: what a rule that forgot
// labels would open.
const strangers: readonly (readonly [keyof Model["options"]["namespaces"], ...number[]])[] = [
  ["platform", 50051, 8080, 3000, 5000, 5432, 4222, 6379, 9000],
  ["ingress", 80, 443, 8089, 15020],
  ["mesh", 15012, 15014, 15017],
  ["overlay", 1280, 1281, 3022],
  ["certManager", 10250, 6443],
];

// Pairs of neighbors, one inside of what some flow opens and one just outside.
const hosts: readonly (readonly [name: string, v4: string, v6: string, listens: readonly Listener[]])[] = [
  ["provider", "198.51.100.9", "2001:db8:5::9", tcp(80, 443)],
  ["provider's neighbor", "198.51.100.129", "2001:db8:4::9", tcp(80, 443)],
  ["issuer", "203.0.113.7", "2001:db8:6::7", tcp(443, 8443)],
  ["issuer's neighbor", "203.0.113.6", "2001:db8:6::6", tcp(443, 8443)],
  ["internet", "1.1.1.1", "2606:4700::1111", [...dns, ...tcp(80, 443)]],
  ["api-server", "192.0.2.10", "2001:db8::10", tcp(443, 6443)],
  ["api-server's neighbor", "192.0.2.11", "2001:db8::11", tcp(443, 6443)],
  ["node-local-dns", "169.254.20.10", "fd00:20::10", dns],
  ["node-local-dns's neighbor", "169.254.20.11", "fd00:20::11", dns],
  ["node", "10.240.0.4", "fd00:240::4", tcp(10250, 443)],
  ["public node", "11.0.0.4", "2001:db8:c1::4", tcp(10250, 443)],
  ["metadata service", "169.254.169.254", "fd00:ec2::254", tcp(80, 443)],
  ["wire server", "168.63.129.16", "64:ff9b::a83f:8110", tcp(80, 443)],
  ["shared address", "100.64.0.9", "fd00:64::9", tcp(443, 1280, 3022)],
  ["private host", "192.168.7.7", "fd00:192::7", tcp(443, 5432)],
];

/** Labels of every namespace that a place is in. */
export function namespacesOf(places: readonly Place[]): Readonly<Record<string, Labels>> {
  const names = new Set(places.flatMap(({ pod }) => pod?.namespace ?? []));
  return Object.fromEntries([...names].map((name) => [name, { "kubernetes.io/metadata.name": name }]));
}

function toPlace({ name, namespace, labels, listens }: PodRow, index: number): Place {
  const number = index + 1;
  const [first] = listens;
  return {
    name,
    v4: `10.1.0.${number}`,
    v6: `fd00:1::${number.toString(16)}`,
    pod: { namespace, labels },
    listens: [...listens, ...tcp(undeclaredPort), ...(listens.includes(dns[1] as Listener) ? [] : dns.slice(1, 2))],
    ...(first?.protocol === "TCP" && {
      service: {
        v4: `10.96.0.${number}`,
        v6: `fd00:96::${number.toString(16)}`,
        port: servicePort,
        targetPort: first.port,
      },
    }),
  };
}

/** Every pod of an installation, of the cluster around it, and hosts outside, with addresses of both families. */
export function buildWorld(model: Model): readonly Place[] {
  return [
    ...[...platformRows(model), ...systemRows(model)].map(toPlace),
    ...hosts.map(([name, v4, v6, listens]) => ({ name, v4, v6, listens: [...listens, ...tcp(undeclaredPort)] })),
  ];
}

/** One host in each range that is never the internet, for judging alone: the kernel routes few of these addresses. */
export function unroutableHosts(): readonly Place[] {
  const v4 = [
    "0.0.0.0",
    "0.1.2.3",
    "127.0.0.9",
    "172.16.9.9",
    "192.0.0.9",
    "192.88.99.9",
    "198.18.0.9",
    "224.0.0.9",
    "240.0.0.9",
    "169.254.1.9",
  ];
  const v6 = ["::", "::1", "64:ff9b:1::9", "100::9", "2001::9", "2002::9", "5f00::9", "fec0::9", "ff00::9", "fe80::9"];
  return v4.map((address, index) => ({
    name: `unroutable ${address}`,
    v4: address,
    v6: v6[index] ?? "::",
    listens: tcp(80, 443),
  }));
}
