import { createCluster } from "./components/cluster";
import { IngressTls } from "./components/ingress-tls";
import { IstioMesh } from "./components/istio-mesh";
import { NetworkPolicies } from "./components/network-policies";
import { stackOutputs } from "./components/outputs";
import { watchReadiness } from "./components/readiness-watch";
import { toComponentArgs } from "./components/settings";
import { ZitiOverlay } from "./components/ziti-overlay";
import { loadSettings } from "./config/load";

/** The program: one stack holds all three layers and the network policies below them. Settings are those of Pulumi's stack unless given. Returns the stack's outputs. */
export = function agynNetworking(settings = loadSettings()) {
  const args = toComponentArgs(settings);
  watchReadiness(args.watch);
  const kubernetes = createCluster("cluster", args.cluster);
  const providers = { kubernetes };

  const mesh = new IstioMesh("mesh", args.mesh, { providers });
  const inNamespaces = { providers, dependsOn: [...mesh.namespaces] };
  const ingress = new IngressTls("ingress", { ...args.ingress, meshReady: mesh.ready }, inNamespaces);
  const overlay = new ZitiOverlay(
    "overlay",
    { ...args.overlay, meshReady: mesh.ready, certManager: ingress.certManager },
    inNamespaces,
  );
  const networkPolicies = new NetworkPolicies(
    "network-policies",
    { ...args.networkPolicies, installed: [...mesh.installed, ...ingress.certManager, overlay] },
    inNamespaces,
  );

  return stackOutputs(settings, { mesh, ingress, overlay, networkPolicies });
};
