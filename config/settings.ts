import { Secret } from "./secret";

export { Secret };

/** Name of the issuer that the program makes itself; production refuses it. */
export const bootstrapIssuer = "agyn-bootstrap-ca";

/** How much is expected from the operator: nothing, or issuer, domain and controller. */
export type Profile = "bootstrap" | "production";

/** The complete, validated configuration of one stack: what every component and the CLI receive. */
export interface Settings {
  readonly profile: Profile;
  readonly domain: string;
  readonly namespaces: NamespaceSettings;
  readonly ingress: IngressSettings;
  readonly certManager: { readonly manage: boolean };
  readonly mesh: MeshSettings;
  readonly overlay: OverlaySettings;
  readonly controller: ControllerSettings;
  readonly zitiManagement: { readonly deploy: boolean; readonly image: string; readonly secretName: string };
  readonly networkPolicies: NetworkPolicySettings;
  readonly charts: { readonly istio: string; readonly certManager: string; readonly openziti: string };
  readonly images: { readonly registry?: string };
  readonly kubernetes: KubernetesSettings;
}

export interface KubernetesSettings {
  readonly context?: string;
  readonly kubeconfig?: Secret;
  /** Wait for conditions such as a Certificate's Ready; off where no controller runs that could fulfill them. */
  readonly awaitConditions: boolean;
  /** Take over Kubernetes objects of the same name instead of refusing to create them. */
  readonly adopt: boolean;
}

export interface NamespaceSettings {
  /** Create the platform's and the workloads' namespace (default true); off: they exist already and only get labels. */
  readonly create: boolean;
  readonly platform: string;
  readonly workloads: string;
  readonly ingress: string;
  readonly mesh: string;
  readonly overlay: string;
  /** Where cert-manager runs and reads the Secrets of ClusterIssuers; default `cert-manager`. */
  readonly certManager: string;
}

export type BrowserHost = "chat" | "console" | "tracing" | "gateway" | "media";

export interface IngressSettings {
  readonly provider: "istio" | "none";
  readonly port: number;
  readonly redirectHttp: boolean;
  readonly minTlsVersion: "1.2" | "1.3";
  /** Full host names, default `<name>.<domain>`; the apex `<domain>` carries `/api` and is not listed. */
  readonly hosts: Readonly<Record<BrowserHost, string>>;
  readonly tls: {
    readonly mode: "wildcard" | "perHost";
    readonly issuer: { readonly name: string; readonly kind: "ClusterIssuer" | "Issuer" };
    readonly hsts: boolean;
  };
}

export interface ExtraCaller {
  readonly service: string;
  readonly methods: "*" | readonly string[];
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly because: string;
  /** Last day of the permission, `YYYY-MM-DD` in UTC. */
  readonly expires?: string;
}

export interface MeshException {
  readonly workload?: string;
  readonly port?: number;
  readonly namespace?: string;
  readonly mode: "PERMISSIVE" | "DISABLE";
  readonly because: string;
}

export interface RenamedAccount {
  readonly service: string;
  readonly serviceAccount: string;
}

export interface MeshSettings {
  readonly manage: boolean;
  readonly trustDomain: string;
  readonly extraCallers: readonly ExtraCaller[];
  /** Where mutual TLS is not insisted on; production accepts one port of one workload each. */
  readonly exceptions: readonly MeshException[];
  /** ServiceAccounts that are not called like the workload; principals follow them. */
  readonly serviceAccounts: readonly RenamedAccount[];
  /** Istio revision whose sidecars new pods get; unset: the default revision. */
  readonly revision?: string;
  /** Older revisions whose control plane stays until every pod was restarted. */
  readonly retained: readonly RetainedRevision[];
}

/** A control plane of an older Istio that keeps serving the sidecars it injected. */
export interface RetainedRevision {
  readonly revision: string;
  /** Version of its charts. */
  readonly version: string;
}

export interface OverlaySettings {
  readonly zone: string;
  readonly extraZones: readonly string[];
  readonly platformExtras: boolean;
  /** Role attributes, besides agents, apps and devices, that `gateway-dial` allows. */
  readonly infrastructureRoles: readonly string[];
}

export interface ControllerSettings {
  readonly manage: boolean;
  readonly url: string;
  readonly reach: "direct" | "portForward";
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: Secret;
  readonly username?: string;
  readonly password?: Secret;
  readonly advertisedHost: string;
  /** Take over an OpenZiti object of the same name instead of refusing to create a second one. */
  readonly adopt: boolean;
}

export interface InternetEgress {
  readonly service: string;
  readonly destinations: readonly string[];
  readonly because: string;
}

export interface NetworkPolicySettings {
  readonly enabled: boolean;
  readonly llmProviders: readonly string[];
  readonly internetEgress: readonly InternetEgress[];
  readonly admission: false;
  readonly cni: "any";
}
