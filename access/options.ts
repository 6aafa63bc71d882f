/** A browser-facing host of the platform; the apex of the domain is not listed, it carries only `/api`. */
export type BrowserHost = "chat" | "console" | "tracing" | "gateway" | "media";

/** Namespaces of one installation. */
export interface NamespaceNames {
  readonly platform: string;
  readonly workloads: string;
  readonly ingress: string;
  readonly mesh: string;
  readonly overlay: string;
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
  readonly exceptions: readonly MeshException[];
  readonly serviceAccounts: readonly RenamedAccount[];
}

/** A platform service that may leave the cluster, and where to: CIDRs, with the reason. */
export interface InternetEgress {
  readonly service: string;
  readonly destinations: readonly string[];
  readonly because: string;
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
  readonly networkPolicies: {
    readonly enabled: boolean;
    readonly llmProviders: readonly string[];
    readonly internetEgress: readonly InternetEgress[];
  };
}

/** How the browser-facing hosts are served. `port` is the public TLS port. */
export interface IngressOptions {
  readonly port: number;
  readonly redirectHttp: boolean;
  readonly minTlsVersion: "1.2" | "1.3";
  readonly hosts: Readonly<Record<BrowserHost, string>>;
  readonly tls: {
    readonly mode: "wildcard" | "perHost";
    readonly issuer: { readonly name: string; readonly kind: "ClusterIssuer" | "Issuer" };
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
