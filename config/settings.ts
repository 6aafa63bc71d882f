/** The complete, validated configuration of one stack: what every component and the CLI receive. */
export interface Settings {
  readonly profile: "bootstrap" | "production";
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
  readonly kubernetes: { readonly context?: string; readonly kubeconfig?: Secret };
}

/** A sensitive value in clear: config/load.ts is the only caller of `reveal`, and wraps the result as a Pulumi secret. */
export interface Secret {
  readonly reveal: () => string;
}

export interface NamespaceSettings {
  readonly platform: string;
  readonly workloads: string;
  readonly ingress: string;
  readonly mesh: string;
  readonly overlay: string;
}

export type BrowserHost = "chat" | "console" | "tracing" | "gateway" | "media";

export interface IngressSettings {
  readonly provider: "istio" | "gateway-api" | "ingress" | "none";
  readonly className?: string;
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
}

export interface MeshSettings {
  readonly manage: boolean;
  readonly trustDomain: string;
  readonly extraCallers: readonly ExtraCaller[];
}

export interface OverlaySettings {
  readonly zone: string;
  readonly extraZones: readonly string[];
  readonly platformExtras: boolean;
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
  readonly admission: boolean;
  readonly cni: "any" | "calico" | "cilium";
}
