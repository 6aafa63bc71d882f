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
  bootstrap("a cluster of controllers", { controller: { mode: "cluster" }, networkPolicies: { enabled: true } }),
  {
    title: "production that manages the mesh",
    stack: "prod",
    config: { ...productionConfig(), mesh: { manage: true } },
  },
];
