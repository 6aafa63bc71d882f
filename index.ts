import { createCluster } from "./components/cluster";
import { IngressTls } from "./components/ingress-tls";
import { IstioMesh } from "./components/istio-mesh";
import { NetworkPolicies } from "./components/network-policies";
import { stackOutputs } from "./components/outputs";
import { toComponentArgs } from "./components/settings";
import { ZitiOverlay } from "./components/ziti-overlay";
import { loadSettings } from "./config/load";

/** The program: one stack holds all three layers and the network policies below them. Settings are those of Pulumi's stack unless given. Returns the stack's outputs. */
export = function agynNetworking(settings = loadSettings()) {
  const args = toComponentArgs(settings);
  const kubernetes = createCluster("cluster", args.cluster);
  const providers = { kubernetes };

  const mesh = new IstioMesh("mesh", args.mesh, { providers });
  const ingress = new IngressTls("ingress", args.ingress, {
    providers,
    dependsOn: [...mesh.namespaces, ...mesh.ready],
  });
  const overlay = new ZitiOverlay(
    "overlay",
    { ...args.overlay, meshReady: mesh.ready },
    { providers, dependsOn: [...mesh.namespaces, ...ingress.certManager] },
  );
  const networkPolicies = new NetworkPolicies("network-policies", args.networkPolicies, {
    providers,
    dependsOn: [...mesh.namespaces, ...mesh.ready, ...ingress.certManager, overlay],
  });

  return stackOutputs(settings, { mesh, ingress, overlay, networkPolicies });
};
