import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../../access/render/manifest";
import { measurePolicies, type PolicySize } from "../../access/render/measure-policies";
import type { Model } from "../../access/model/model";
import { findOutsideMesh, type OutsideMesh } from "../../access/answers/outside-mesh";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { renderMeshExceptions } from "../../access/render/mesh-exceptions";
import { renderOperationsLog } from "../../access/render/operations-log";
import { renderPeerAuthentication } from "../../access/render/peer-authentication";
import { describeExceptions, describeExtraCallers, describePatterns } from "../../access/answers/sentences";
import { childOptions } from "../child-options";
import { createManifest, createManifests } from "../manifests";
import type { PodSettings } from "../pod-settings";
import { createNamespace, labelNamespace } from "../namespaces";
import { createIstio, type IstioInstall } from "./install";

/** What the mesh is made of. */
export interface IstioMeshArgs {
  readonly model: Model;
  /** Install Istio itself. When off, Istio and the namespaces of mesh and ingress are the operator's. */
  readonly manage: boolean;
  /** Create the platform's and the workloads' namespace. When off they exist, and only get our labels. */
  readonly createNamespaces: boolean;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  /** Istio revision of new sidecars; unset: the default one. */
  readonly revision?: string;
  /** Control planes of older revisions that stay until their sidecars are gone. */
  readonly retained: readonly { readonly revision: string; readonly version: string }[];
  /** Have Istio write down every call of Ziti Management. */
  readonly logOperations: boolean;
  /** Replicas and autoscaling for production. */
  readonly highlyAvailable: boolean;
}

/**
 * Service-to-service traffic is mutual TLS without exception, and every call into a managed namespace is closed unless
 * the access model names its caller. Refuses nothing by itself: what is allowed is one ALLOW policy per callee.
 */
export class IstioMesh extends pulumi.ComponentResource {
  /** Names of the namespaces whose pods get a sidecar; workloads belong in there after the labels. */
  public readonly injectedNamespaces: pulumi.Output<string[]>;
  /** `namespace/name` of every AuthorizationPolicy. */
  public readonly policies: pulumi.Output<string[]>;
  /** Number, bytes and rules of the policies, against what Istio and Kubernetes accept. */
  public readonly policySize: pulumi.Output<PolicySize>;
  /** What the operator's own callers and exceptions open, a sentence each. */
  public readonly opened: pulumi.Output<string[]>;
  /** Who may call the RPCs that the specification gives to named callers alone, a sentence each. */
  public readonly namedCallers: pulumi.Output<string[]>;
  /** Where STRICT mutual TLS does not reach, why, and what guards it instead. */
  public readonly outside: pulumi.Output<OutsideMesh[]>;
  /** The workloads' namespace, and with Istio its own and the ingress's: everything inside depends on these. */
  public readonly namespaces: readonly pulumi.Resource[];
  /** The platform's namespace, and with Istio its control plane: what is inside, and each object of Istio's, depends on these. */
  public readonly ready: readonly pulumi.Resource[];
  /** The same, and every release of Istio: for what comes when all is there. */
  public readonly installed: readonly pulumi.Resource[];

  constructor(name: string, args: IstioMeshArgs, opts?: pulumi.ComponentResourceOptions) {
    super("agyn:index:IstioMesh", name, {}, opts);
    const child = childOptions(this, opts);
    const { namespaces, mesh } = args.model.options;

    const namespace = args.createNamespaces ? createNamespace : labelNamespace;
    const workloads = namespace(`${name}-namespace-workloads`, { name: namespaces.workloads, injected: false }, child);
    const istio = args.manage ? installIstio(name, args, mesh.trustDomain, child) : undefined;
    const controlPlane = istio ? [istio.istiod] : [];
    // Its label comes after the control plane that it names: no webhook answers to it before, and pods would start bare.
    const injected = { name: namespaces.platform, injected: true, revision: args.revision };
    const afterControlPlane = pulumi.mergeOptions(child, { dependsOn: controlPlane });
    const platform = namespace(`${name}-namespace-platform`, injected, afterControlPlane);
    this.namespaces = [workloads, ...(istio?.namespaces ?? [])];
    this.ready = [...controlPlane, platform];
    this.installed = [...this.ready, ...(istio?.retained ?? []), ...(istio?.gateway ? [istio.gateway] : [])];
    const afterIstio = pulumi.mergeOptions(child, { dependsOn: [...this.ready, ...this.namespaces] });

    const authorization = renderAuthorizationPolicies(args.model);
    createManifest(`${name}-strict`, renderPeerAuthentication(args.model), afterIstio);
    createManifests(name, renderMeshExceptions(args.model), afterIstio);
    if (args.logOperations) createManifests(name, [renderOperationsLog(args.model)], afterIstio);
    const policies = createPolicies(name, authorization, afterIstio);
    this.announce(args);

    this.injectedNamespaces = pulumi.output([namespaces.platform]);
    this.policies = pulumi.output(policies);
    this.policySize = pulumi.output(measurePolicies(authorization));
    this.opened = pulumi.output([...describeExtraCallers(args.model), ...describeExceptions(args.model)]);
    this.namedCallers = pulumi.output([...describePatterns(args.model)]);
    this.outside = pulumi.output([...findOutsideMesh(namespaces)]);
    this.registerOutputs({
      injectedNamespaces: this.injectedNamespaces,
      policies: this.policies,
      policySize: this.policySize,
      opened: this.opened,
      namedCallers: this.namedCallers,
      outside: this.outside,
    });
  }

  // What the operator opened, and what cannot be seen from here, stands in every preview.
  private announce({ model, createNamespaces }: IstioMeshArgs): void {
    for (const sentence of describeExtraCallers(model)) void pulumi.log.info(sentence, this);
    for (const sentence of describeExceptions(model)) void pulumi.log.warn(sentence, this);
    if (createNamespaces) return;
    const { platform } = model.options.namespaces;
    void pulumi.log.warn(
      `Pods of ${platform} that are older than its injection label have no sidecar: no policy guards them and nobody ` +
        `in the mesh answers them. \`agyn-net preflight\` lists them; restart them.`,
      this,
    );
  }
}

function installIstio(
  name: string,
  args: IstioMeshArgs,
  trustDomain: string,
  opts: pulumi.CustomResourceOptions,
): IstioInstall {
  const { namespaces, ingress } = args.model.options;
  return createIstio(
    name,
    {
      meshNamespace: namespaces.mesh,
      ingressNamespace: namespaces.ingress,
      chartRepository: args.chartRepository,
      imageRegistry: args.imageRegistry,
      pods: args.pods,
      trustDomain,
      revision: args.revision,
      retained: args.retained,
      highlyAvailable: args.highlyAvailable,
      httpsPort: ingress.provider === "istio" ? ingress.port : undefined,
      gatewayService: ingress.service,
    },
    opts,
  );
}

// Allow first, close last; deletion runs the other way round. No call is cut while the set is only half there.
function createPolicies(name: string, manifests: readonly Manifest[], opts: pulumi.CustomResourceOptions): string[] {
  const closing = manifests.filter(isAllowNothing);
  const opening = createManifests(
    name,
    manifests.filter((manifest) => !isAllowNothing(manifest)),
    opts,
  );
  createManifests(name, closing, pulumi.mergeOptions(opts, { dependsOn: opening }));
  return manifests.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
}

function isAllowNothing(manifest: Manifest): boolean {
  return Object.keys(manifest.spec).length === 0;
}
