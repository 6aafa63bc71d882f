import type { ModelOptions } from "../../access/model/model";
import type { MeshOptions, NetworkPolicyOptions } from "../../access/model/options";
import { defaultInfrastructureRoles } from "../../access/platform/overlay";

/** Sections of the options; of the mesh, single settings. */
export type Changes = Partial<Omit<ModelOptions, "mesh">> & { readonly mesh?: Partial<MeshOptions> };

const mesh: MeshOptions = {
  manage: true,
  trustDomain: "cluster.local",
  extraCallers: [],
  exceptions: [],
  serviceAccounts: [],
};

/** Network policies, switched on unless told otherwise, with single settings replaced. Nothing optional is open. */
export function networkPoliciesWith(changes: Partial<NetworkPolicyOptions> = {}): NetworkPolicyOptions {
  return {
    enabled: true,
    llmProviders: [],
    internetEgress: [],
    agentEgress: "overlayOnly",
    apiServer: ["192.0.2.10/32", "2001:db8::10/128"],
    clusterAddresses: [],
    nodeLocalDns: ["169.254.20.10/32"],
    ...changes,
  };
}

/** Options of a plain installation, with single sections replaced. Nothing optional is on. */
export function optionsWith(sections: Changes = {}): ModelOptions {
  return {
    domain: "agyn.test",
    namespaces: {
      platform: "platform",
      workloads: "workloads",
      ingress: "ingress",
      mesh: "istio-system",
      overlay: "ziti",
      certManager: "cert-manager",
    },
    ingress: {
      provider: "istio",
      controller: { kind: "istio" },
      port: 443,
      redirectHttp: true,
      minTlsVersion: "1.2",
      hosts: {
        chat: "chat.agyn.test",
        console: "console.agyn.test",
        tracing: "tracing.agyn.test",
        gateway: "gateway.agyn.test",
        media: "media.agyn.test",
      },
      tls: {
        mode: "wildcard",
        issuer: { name: "letsencrypt", kind: "ClusterIssuer" },
        key: "ecdsa-256",
        keyRotation: "Always",
        hsts: false,
      },
    },
    overlay: {
      zone: "ziti",
      extraZones: [],
      platformExtras: false,
      infrastructureRoles: [...defaultInfrastructureRoles],
    },
    controller: { manage: true, advertisedHost: "ziti.agyn.test" },
    certManager: { manage: true },
    zitiManagement: { deploy: true },
    networkPolicies: networkPoliciesWith({ enabled: false }),
    ...sections,
    mesh: { ...mesh, ...sections.mesh },
  };
}

/** Options with the extras of today's images. */
export function optionsWithExtras(): ModelOptions {
  const plain = optionsWith();
  return { ...plain, overlay: { ...plain.overlay, platformExtras: true } };
}
