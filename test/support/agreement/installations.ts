import { buildModel, type Model } from "../../../access/model/model";
import type { ExtraCaller, IngressController, IngressProvider, MeshException } from "../../../access/model/options";
import { networkPoliciesWith, optionsWith, optionsWithExtras } from "../../access/options";

/** What brings the public's requests, as the objects of a cluster would show it. */
export interface EntryPods {
  readonly pods: { readonly namespace: string; readonly labels: Readonly<Record<string, string>> };
  /** `namespace/serviceaccount`; undefined for a controller outside of the mesh. */
  readonly identity?: string;
}

/** One installation of the whole product of settings. */
export interface Installation {
  readonly title: string;
  readonly model: Model;
  readonly entry: EntryPods;
}

interface ProviderRow {
  readonly title: string;
  readonly provider: IngressProvider;
  readonly className?: string;
  readonly controller: IngressController;
  readonly entry: EntryPods;
}

const gateway = { namespace: "ingress", labels: { istio: "ingressgateway" } };
const own = { namespace: "doors", labels: { any: "label" } };
const mesh = { entry: "mesh", namespace: "doors", serviceAccount: "door" } as const;
const plaintext = { entry: "plaintext", namespace: "doors" } as const;

/** Every provider with every way into the mesh. */
export const providers: readonly ProviderRow[] = [
  {
    title: "istio",
    provider: "istio",
    controller: { kind: "istio" },
    entry: { pods: gateway, identity: "ingress/istio-ingressgateway" },
  },
  {
    title: "gateway-api of Istio",
    provider: "gateway-api",
    className: "istio",
    controller: { kind: "istio" },
    entry: {
      pods: { namespace: "ingress", labels: { "gateway.networking.k8s.io/gateway-name": "agyn" } },
      identity: "ingress/agyn-istio",
    },
  },
  ...(["gateway-api", "ingress"] as const).flatMap((provider) =>
    ([mesh, plaintext] as const).map((way): ProviderRow => ({
      title: `${provider}, ${way.entry}`,
      provider,
      className: "other",
      controller: { kind: "generic", ...way },
      entry: { pods: own, ...(way.entry === "mesh" && { identity: "doors/door" }) },
    })),
  ),
  {
    title: "Traefik, mesh",
    provider: "ingress",
    className: "traefik",
    controller: { kind: "traefik", ...mesh },
    entry: { pods: own, identity: "doors/door" },
  },
  {
    title: "Traefik, plaintext",
    provider: "ingress",
    className: "traefik",
    controller: { kind: "traefik", ...plaintext },
    entry: { pods: own },
  },
  {
    title: "none",
    provider: "none",
    controller: { kind: "istio" },
    entry: { pods: gateway, identity: "ingress/istio-ingressgateway" },
  },
];

const because = "Drawn.";
const exceptions: readonly MeshException[] = [
  { workload: "media-proxy", port: 9999, mode: "PERMISSIVE", because },
  { workload: "tracing", port: 50051, mode: "PERMISSIVE", because },
  { workload: "runners", mode: "DISABLE", because },
  { workload: "runners", port: 50051, mode: "PERMISSIVE", because },
  { workload: "agents", mode: "DISABLE", because },
  { workload: "files", mode: "PERMISSIVE", because },
  { workload: "nats", port: 8222, mode: "DISABLE", because },
  { namespace: "ops", mode: "PERMISSIVE", because },
];
const extraCallers: readonly ExtraCaller[] = [
  {
    service: "runners",
    methods: ["ListWorkloads", "CreateWorkload"],
    namespace: "ops",
    serviceAccount: "report",
    because,
  },
  { service: "metering", methods: "*", namespace: "ingress", serviceAccount: "scraper", because },
  { service: "nats", methods: "*", namespace: "ops", serviceAccount: "reader", because },
];

/** The settings that are either on or off. */
export const switches = [
  "perHost",
  "exceptions",
  "extraCallers",
  "networkPolicies",
  "external",
  "extras",
  "renamed",
] as const;

/** Which of them are on. */
export type Switches = Readonly<Record<(typeof switches)[number], boolean>>;

/** The installation of one provider with some switches on. */
export function installationOf({ title, entry, ...ingress }: ProviderRow, on: Switches): Installation {
  const base = on.extras ? optionsWithExtras() : optionsWith();
  const model = buildModel({
    ...base,
    ingress: { ...base.ingress, ...ingress, tls: { ...base.ingress.tls, mode: on.perHost ? "perHost" : "wildcard" } },
    mesh: {
      ...base.mesh,
      exceptions: on.exceptions ? exceptions : [],
      extraCallers: on.extraCallers ? extraCallers : [],
      serviceAccounts: on.renamed ? [{ service: "chat", serviceAccount: "chat-v2" }] : [],
    },
    controller: { ...base.controller, manage: !on.external },
    networkPolicies: networkPoliciesWith({ enabled: on.networkPolicies }),
  });
  const names = switches.filter((name) => on[name]);
  return { title: [title, ...names].join(" + "), model, entry };
}

// An orthogonal array: in eight rows every pair of switches is met in all four states.
const rows = ["0000000", "0001111", "0110011", "0111100", "1010101", "1011010", "1100110", "1101001"];

function toSwitches(bits: string): Switches {
  return Object.fromEntries(switches.map((name, index) => [name, bits[index] === "1"])) as Switches;
}

/** Each provider with one row of switches: over all of them, every pair of switches is met in all of its states. */
export function drawnInstallations(): readonly Installation[] {
  return providers.map((provider, index) => installationOf(provider, toSwitches(rows[index % rows.length] ?? "")));
}

/** Every provider with every row of switches and its opposite. */
export function allInstallations(): readonly Installation[] {
  const toggle = (bits: string) => [...bits].map((bit) => (bit === "1" ? "0" : "1")).join("");
  const every = [...rows, ...rows.map(toggle)];
  return providers.flatMap((provider) => every.map((bits) => installationOf(provider, toSwitches(bits))));
}
