import { productionConfig } from "../../support/production-config";
import { readStackFile, type StackConfig } from "../../support/registrations";

/** A stack whose releases are rendered. */
export interface Variant {
  readonly title: string;
  readonly stack: "dev" | "prod";
  readonly config: StackConfig;
}

const bootstrap = (title: string, changes: StackConfig = {}): Variant => ({
  title,
  stack: "dev",
  config: { ...readStackFile("dev"), ...changes },
});

/** Every way to install a chart with other values. Each value that the program may set is set in one of them. */
export const variants: readonly Variant[] = [
  bootstrap("bootstrap"),
  bootstrap("names of its own", {
    domain: "agents.example.com",
    namespaces: {
      ...{ platform: "own-platform", workloads: "own-workloads", ingress: "own-ingress", mesh: "own-mesh" },
      ...{ overlay: "own-overlay", certManager: "own-certificates" },
    },
    ingress: { port: 8443 },
    mesh: { trustDomain: "own.example.com" },
    images: { registry: "registry.example.com/mirror" },
    networkPolicies: { enabled: true, probe: true },
  }),
  bootstrap("revisions side by side", {
    mesh: { revision: "1-31-4", retained: [{ revision: "1-30-8", version: "1.30.8" }] },
  }),
  bootstrap("a named revision beside the unnamed one", {
    mesh: { revision: "1-31-4", retained: [{ revision: "default", version: "1.30.8" }] },
  }),
  bootstrap("a cluster of controllers", { controller: { mode: "cluster" }, networkPolicies: { enabled: true } }),
  bootstrap("settings of one cluster", {
    storage: { className: "fast-ssd" },
    images: { pullSecrets: ["registry-acme"] },
    scheduling: {
      nodeSelector: { "example.com/pool": "networking" },
      tolerations: [{ key: "dedicated", operator: "Equal", value: "networking", effect: "NoSchedule" }],
    },
    ingress: {
      service: {
        type: "LoadBalancer",
        annotations: { "example.com/scheme": "internet-facing" },
        externalTrafficPolicy: "Local",
        loadBalancerClass: "example.com/nlb",
        loadBalancerSourceRanges: ["198.51.100.0/24"],
        nodePorts: { http: 30080, https: 30443 },
        statusPort: true,
      },
    },
  }),
  {
    title: "production that manages the mesh",
    stack: "prod",
    config: { ...productionConfig(), mesh: { manage: true } },
  },
];
