import type { BrowserHost, OptionalHost } from "../access/platform/hosts";
import type {
  ExtraCaller,
  GatewayService,
  IngressOptions,
  IngressProvider,
  InternetEgress,
  LlmProvider,
  MeshException,
  MeshOptions,
  NamespaceNames,
  NetworkPolicyOptions,
  OverlayOptions,
  RenamedAccount,
  ZitiManagementOptions,
} from "../access/model/options";
import { Secret } from "./secret";
import type { Toleration } from "./values/toleration";

export { Secret };
export type {
  BrowserHost,
  ExtraCaller,
  IngressProvider,
  InternetEgress,
  LlmProvider,
  MeshException,
  OptionalHost,
  RenamedAccount,
};

/** What Istio calls the control plane that has no revision: the value of its own `istio.io/rev`. */
export const unnamedRevision = "default";

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
  readonly zitiManagement: ZitiManagementSettings;
  readonly networkPolicies: NetworkPolicySettings;
  readonly charts: { readonly istio: string; readonly certManager: string; readonly openziti: string };
  readonly images: ImageSettings;
  readonly storage: { readonly className?: string };
  readonly scheduling: SchedulingSettings;
  readonly kubernetes: KubernetesSettings;
}

/** Where images come from. */
interface ImageSettings {
  readonly registry?: string;
  /** Names of Secrets with which every pod that the program installs pulls its images, in that pod's namespace. */
  readonly pullSecrets: readonly string[];
}

/** On which nodes the pods run that the program installs. */
interface SchedulingSettings {
  /** Labels that a node must have. */
  readonly nodeSelector: Readonly<Record<string, string>>;
  /** Taints that do not keep them away. */
  readonly tolerations: readonly Toleration[];
}

/** Access to the cluster, and how objects are made there. */
interface KubernetesSettings {
  readonly context?: string;
  readonly kubeconfig?: Secret;
  /** Wait for conditions such as a Certificate's Ready; off where no controller runs that could fulfill them. */
  readonly awaitConditions: boolean;
  /** Take over Kubernetes objects of the same name instead of refusing to create them. */
  readonly adopt: boolean;
}

/** Names of the namespaces, and who creates two of them. */
interface NamespaceSettings extends NamespaceNames {
  /** Create the platform's and the workloads' namespace (default true); off: they exist already and only get labels. */
  readonly create: boolean;
}

/** Public ingress and TLS. `hosts` are full names, default `<name>.<domain>`; the apex carries `/api` and is not listed. */
interface IngressSettings extends IngressOptions {
  readonly service: GatewayService;
  /** Accept hosts outside of the domain; default false: a typing error would ask for somebody else's certificate. */
  readonly allowForeignHosts: boolean;
}

/** The Istio mesh. */
interface MeshSettings extends MeshOptions {
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

/** The overlay's network. */
interface OverlaySettings extends OverlayOptions {
  /** Look in every run for policies of others that reach our services. */
  readonly watchForeignGrants: boolean;
  /** Addresses that tunnelers hand out for overlay names. */
  readonly interceptRange: string;
  /** Resolver that an agent's tunneler asks for every other name; unset: its pod's own. */
  readonly upstreamResolver?: string;
  /** How the cluster's DNS gets the lines that make public names lead to Services: by the program, the operator, or not. */
  readonly clusterDns: "auto" | "coredns-custom" | "corefile" | "external" | "none";
}

/** The OpenZiti controller: who runs it, and how it is reached. */
export interface ControllerSettings {
  readonly manage: boolean;
  /** Of a cluster several, with commas between: `controllerUrlsOf` has them one by one. */
  readonly url: string;
  readonly reach: "direct" | "portForward";
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: Secret;
  readonly username?: string;
  readonly password?: Secret;
  readonly advertisedHost: string;
  /** A managed controller: one process, or a cluster of three that keeps working without one of them. */
  readonly mode: "standalone" | "cluster";
  /** Leave every object in the controller when the stack lets go of it; for one that is lost. */
  readonly forget: boolean;
  /** Take over an OpenZiti object of the same name instead of refusing to create a second one. */
  readonly adopt: boolean;
}

/** Ziti Management, which operates the overlay at run time. */
interface ZitiManagementSettings extends ZitiManagementOptions {
  /** URL of the operator's PostgreSQL database; unset: the stack installs one of its own. */
  readonly database?: Secret;
  readonly image: string;
  readonly secretName: string;
  /** Write down each call with its caller, and count them by RPC. */
  readonly logOperations: boolean;
}

/** Packet filters, and what guards them. */
interface NetworkPolicySettings extends NetworkPolicyOptions {
  /** Refuse at admission what would make a pod or a Service public. */
  readonly admission: boolean;
  /** Say what the policies would cut while they are off. */
  readonly report: boolean;
  /** Measure with two pods whether the cluster enforces policies. */
  readonly probe: boolean;
  /** Fail unless the probe saw them enforced. */
  readonly requireEnforcement: boolean;
  readonly cni: "any";
}
