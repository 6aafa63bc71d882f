import * as pulumi from "@pulumi/pulumi";
import type { Enforcement } from "../access/answers/enforcement";
import type { PolicySize } from "../access/render/measure-policies";
import type { OutsideMesh } from "../access/answers/outside-mesh";
import type { SidecarSettings } from "../access/render/sidecar-settings";
import type { DnsRecord, PublicEndpoint } from "../access/model/public-surface";
import type { CredentialLife } from "../config/credential-life";
import { effectiveConfiguration } from "../config/effective";
import type { Settings } from "../config/settings";
import type { ForeignGrant } from "../openziti/resources";
import type { IngressTls } from "./ingress-tls";
import type { ControllerNeeds } from "./ingress-tls/controller-needs";
import type { IstioMesh } from "./istio-mesh";
import type { NetworkPolicies } from "./network-policies";
import type { ZitiOverlay } from "./ziti-overlay";

/** What other stacks may read through a StackReference. Names and shapes are stable; docs/outputs.md lists them. */
export interface StackOutputs {
  /** Public base URL of each host, by name (`apex`, `chat`, `console`, `tracing`, `gateway`, `media`, and what is optional). */
  readonly urls: pulumi.Output<Record<string, string>>;
  /** Names that public DNS has to carry, and no others. */
  readonly publicHosts: pulumi.Output<string[]>;
  /** The exact records for public DNS: `type`, `name`, `target`. */
  readonly dnsRecords: pulumi.Output<DnsRecord[]>;
  /** Every host and port that is reachable from outside: `host`, `port`, `answers`, `because`. */
  readonly publicSurface: pulumi.Output<PublicEndpoint[]>;
  /** What the ingress provider cannot express of what is configured: `feature: consequence`. */
  readonly ingressLimits: pulumi.Output<string[]>;
  /** What an ingress controller needs to be in the mesh; not set unless `ingress.controller.entry` is `mesh`. */
  readonly ingressController?: ControllerNeeds;
  /** End of each public certificate, by name, as cert-manager last reported it. */
  readonly certificatesNotAfter: pulumi.Output<Record<string, string>>;
  /** How people trust the bootstrap authority, commands by system; the program runs none of them. */
  readonly trustInstructions: pulumi.Output<Record<string, readonly string[]>>;
  /** Namespaces whose pods get a sidecar. */
  readonly injectedNamespaces: pulumi.Output<string[]>;
  /** `namespace/name` of every AuthorizationPolicy. */
  readonly authorizationPolicies: pulumi.Output<string[]>;
  /** Number, bytes and rules of those policies, against what Istio and Kubernetes accept. */
  readonly authorizationPolicySize: pulumi.Output<PolicySize>;
  /** What the operator's own callers and exceptions to mutual TLS open, a sentence each. */
  readonly meshOpened: pulumi.Output<string[]>;
  /** Who may call the RPCs that the specification gives to named callers alone, a sentence each. */
  readonly meshNamedCallers: pulumi.Output<string[]>;
  /** Where STRICT mutual TLS does not reach: `what`, `because`, `guardedBy`. */
  readonly meshOutside: pulumi.Output<OutsideMesh[]>;
  /** Id of each static overlay service, by name. */
  readonly overlayServiceIds: pulumi.Output<Record<string, string>>;
  /** Addresses agents and devices dial, by overlay service. */
  readonly overlayAddresses: pulumi.Output<Record<string, string[]>>;
  /** CoreDNS lines that make the advertised and public names lead to Services inside of the cluster. */
  readonly clusterDnsLines: pulumi.Output<string[]>;
  /** What an agent's pod needs for overlay names: `interceptRange`, `upstreamResolver`, `environment` by zone. */
  readonly overlaySidecar: pulumi.Output<SidecarSettings>;
  /** The credential for the controller: `kind`, and of a certificate `notAfter` and `daysLeft` (whole days). */
  readonly overlayCredential: pulumi.Output<CredentialLife>;
  /** When the certificate of Ziti Management stops working (RFC 3339); a run in its last thirty days renews it. */
  readonly zitiManagementCertificateNotAfter: pulumi.Output<string>;
  /** Policies that are not this stack's and let somebody dial or bind its services, as of the last refresh. */
  readonly overlayForeignGrants: pulumi.Output<readonly ForeignGrant[]>;
  /** `namespace/name` of every NetworkPolicy; empty while `networkPolicies.enabled` is false. */
  readonly networkPolicies: pulumi.Output<string[]>;
  /** Every flow that the network policies leave open, or would with `networkPolicies.report`, a line each. */
  readonly networkFlows: pulumi.Output<string[]>;
  /** Whether the cluster enforces network policies: `verdict` and `because`; not set without `networkPolicies.probe`. */
  readonly networkPolicyEnforcement?: pulumi.Output<Enforcement>;
  /** The complete configuration in force, defaults included; secrets only say whether they are set. */
  readonly configuration: ReturnType<typeof effectiveConfiguration>;
}

/** The components whose results are published. */
export interface Components {
  readonly mesh: IstioMesh;
  readonly ingress: IngressTls;
  readonly overlay: ZitiOverlay;
  readonly networkPolicies: NetworkPolicies;
}

/** Collects the stack's outputs. */
export function stackOutputs(settings: Settings, components: Components): StackOutputs {
  const { mesh, ingress, overlay, networkPolicies } = components;
  return {
    urls: ingress.urls,
    publicHosts: ingress.publicHosts,
    dnsRecords: ingress.dnsRecords,
    publicSurface: ingress.publicSurface,
    ingressLimits: ingress.limits,
    ...(ingress.controllerNeeds && { ingressController: ingress.controllerNeeds }),
    certificatesNotAfter: ingress.certificatesNotAfter,
    trustInstructions: ingress.trustInstructions,
    injectedNamespaces: mesh.injectedNamespaces,
    authorizationPolicies: mesh.policies,
    authorizationPolicySize: mesh.policySize,
    meshOpened: mesh.opened,
    meshNamedCallers: mesh.namedCallers,
    meshOutside: mesh.outside,
    overlayServiceIds: overlay.serviceIds,
    overlayAddresses: overlay.addresses,
    clusterDnsLines: overlay.clusterDnsLines,
    overlaySidecar: overlay.sidecar,
    overlayCredential: overlay.credential,
    zitiManagementCertificateNotAfter: overlay.managementCertificateNotAfter,
    overlayForeignGrants: overlay.foreignGrants,
    networkPolicies: networkPolicies.policies,
    networkFlows: networkPolicies.flows,
    ...(networkPolicies.enforcement && { networkPolicyEnforcement: networkPolicies.enforcement }),
    configuration: effectiveConfiguration(settings),
  };
}
