import type { BrowserHost, OptionalHost } from "../platform/hosts";

/** What serves the public hosts: Istio's own objects, the Gateway API, Kubernetes Ingress, or nothing of ours. */
export type IngressProvider = "istio" | "gateway-api" | "ingress" | "none";

/** Namespaces of one installation. */
export interface NamespaceNames {
  readonly platform: string;
  readonly workloads: string;
  readonly ingress: string;
  readonly mesh: string;
  readonly overlay: string;
  readonly certManager: string;
}

/** One caller of the operator's own, with the RPCs it may use on one service (`"*"`: all of them). */
export interface ExtraCaller {
  readonly service: string;
  readonly methods: "*" | readonly string[];
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly because: string;
  /** Last day of the permission, `YYYY-MM-DD` in UTC; default: no end. */
  readonly expires?: string;
}

/**
 * A place where the mesh does not insist on mutual TLS: one port of a workload, a workload, or (neither given) a whole
 * namespace, by default the platform's.
 */
export interface MeshException {
  readonly workload?: string;
  /** Pod port, not the port of a Service. */
  readonly port?: number;
  readonly namespace?: string;
  readonly mode: "PERMISSIVE" | "DISABLE";
  readonly because: string;
}

/** An exception in force: the operator's, or one that a controller outside of the mesh needs. */
export interface ModelException extends MeshException {
  /** Callers without a certificate may use the port beside those that have one. */
  readonly toAnyone?: true;
}

/** The ServiceAccount that a workload runs as, where that is not the name of the workload. */
export interface RenamedAccount {
  readonly service: string;
  readonly serviceAccount: string;
}

/** The mesh of one installation, and what the operator changes about it. */
export interface MeshOptions {
  readonly manage: boolean;
  readonly trustDomain: string;
  readonly extraCallers: readonly ExtraCaller[];
  readonly exceptions: readonly ModelException[];
  readonly serviceAccounts: readonly RenamedAccount[];
}

/** A service that may leave the cluster, and where to: address blocks and TCP ports (default 443), with the reason. */
export interface InternetEgress {
  readonly service: string;
  readonly destinations: readonly string[];
  readonly ports?: readonly number[];
  readonly because: string;
}

/** A provider of language models: address blocks under one name. */
export interface LlmProvider {
  readonly name: string;
  readonly destinations: readonly string[];
}

/** What the packet filters let through besides the model's calls. Blocks are in normal form, IPv4 or IPv6. */
export interface NetworkPolicyOptions {
  readonly enabled: boolean;
  readonly llmProviders: readonly LlmProvider[];
  readonly internetEgress: readonly InternetEgress[];
  /** `overlayOnly`: agents reach nothing but the overlay; `internet`: the public internet besides, on 80 and 443. */
  readonly agentEgress: "overlayOnly" | "internet";
  /** Where the API server answers pods. */
  readonly apiServer: readonly string[];
  /** Nodes, pods and Services: never part of "the internet". Private ranges need no mention. */
  readonly clusterAddresses: readonly string[];
  /** Addresses of DNS caches on nodes. */
  readonly nodeLocalDns: readonly string[];
  /** Namespace of the operator's Prometheus; unset: nobody reads metrics. */
  readonly monitoring?: string;
}

/** Ziti Management as far as it decides which database it uses. */
export interface ZitiManagementOptions {
  /** The stack runs it; off: the platform's own charts do. */
  readonly deploy: boolean;
  /** Set where the operator names a database; what it is does not matter here. */
  readonly database?: object;
}

/** What the model needs to know of one installation; the program's settings satisfy it structurally. */
export interface ModelOptions {
  readonly domain: string;
  readonly namespaces: NamespaceNames;
  readonly ingress: IngressOptions;
  readonly mesh: MeshOptions;
  readonly overlay: OverlayOptions;
  readonly controller: {
    readonly manage: boolean;
    readonly advertisedHost: string;
    /** One process, or a cluster of three. Default: `standalone`. */
    readonly mode?: "standalone" | "cluster";
  };
  readonly certManager: { readonly manage: boolean };
  readonly zitiManagement: ZitiManagementOptions;
  readonly networkPolicies: NetworkPolicyOptions;
}

/** The controller behind `gateway-api` and `ingress`: which it is, and how it gets to pods that insist on mutual TLS. */
export interface IngressController {
  readonly kind: "istio" | "traefik" | "generic";
  /** `mesh`: its pods have a sidecar. `plaintext`: exceptions let plaintext in. Unset where the mesh has the gateway. */
  readonly entry?: "mesh" | "plaintext";
  /** Where its pods run, and the ServiceAccount they run as; needed with entry `mesh`. */
  readonly namespace?: string;
  readonly serviceAccount?: string;
}

/** The Service of the gateway that the program installs: how the public gets to the gateway's pods. */
export interface GatewayService {
  /** Unset where the gateway is not the program's. */
  readonly type?: "LoadBalancer" | "NodePort" | "ClusterIP";
  readonly annotations: Readonly<Record<string, string>>;
  /** `Local`: only nodes with a gateway pod take traffic, and its source address stays. Unset: Kubernetes' default, `Cluster`. */
  readonly externalTrafficPolicy?: "Cluster" | "Local";
  readonly loadBalancerClass?: string;
  /** Address blocks that a load balancer lets in; empty: all. Ports of nodes are not filtered by it. */
  readonly loadBalancerSourceRanges: readonly string[];
  /** Ports of the nodes; unset ones are Kubernetes' choice. */
  readonly nodePorts: { readonly http?: number; readonly https?: number };
  /** Publish the gateway's health check on 15021, for load balancers that ask it. */
  readonly statusPort: boolean;
}

/** How the public hosts are served. `port` is the public TLS port. */
export interface IngressOptions {
  readonly provider: IngressProvider;
  /** Default: a LoadBalancer with nothing special. */
  readonly service?: GatewayService;
  /** The IngressClass or GatewayClass; unset with the other providers. */
  readonly className?: string;
  readonly controller: IngressController;
  readonly port: number;
  /** Address or name of the load balancer in front, for the DNS records; unset: they say where to look. */
  readonly address?: string;
  readonly redirectHttp: boolean;
  readonly minTlsVersion: "1.2" | "1.3";
  readonly hosts: Readonly<Record<BrowserHost, string>> & Readonly<Partial<Record<OptionalHost, string>>>;
  readonly tls: {
    readonly mode: "wildcard" | "perHost";
    readonly issuer: { readonly name: string; readonly kind: "ClusterIssuer" | "Issuer" };
    readonly key: "ecdsa-256" | "ecdsa-384" | "rsa-2048" | "rsa-4096";
    /** `Always`: each renewal makes a new key. `Never`: the key stays, for clients that pin it. */
    readonly keyRotation: "Always" | "Never";
    readonly hsts: boolean;
  };
}

/** `zone` and `extraZones` name the overlay's addresses; `platformExtras` adds what today's images need besides. */
export interface OverlayOptions {
  readonly zone: string;
  readonly extraZones: readonly string[];
  readonly platformExtras: boolean;
  readonly infrastructureRoles: readonly string[];
}
