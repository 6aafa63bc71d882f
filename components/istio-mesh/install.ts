import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { GatewayService } from "../../access/model/options";
import { ingressGateway } from "../../access/platform/services";
import { unnamedRevision } from "../../config/settings";
import { versions } from "../../versions";
import { createRelease, type ChartArgs } from "../charts";
import { createNamespace } from "../namespaces";
import { toPlacement, toPodSpec, type PodSettings } from "../pod-settings";

/** What the Istio installation needs to know; used only when the program manages Istio. */
export interface IstioInstallArgs {
  readonly meshNamespace: string;
  readonly ingressNamespace: string;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  readonly trustDomain: string;
  /** Revision of the control plane and of the gateway's proxy; unset: the default revision. */
  readonly revision?: string;
  /** Older control planes to keep, each with the version it was installed with; `default` is the unnamed one. Default: none. */
  readonly retained?: readonly { readonly revision: string; readonly version: string }[];
  /** Two istiod replicas and an autoscaled gateway; one of each otherwise. */
  readonly highlyAvailable: boolean;
  /** Public HTTPS port of the ingress gateway; unset: no gateway of this chart. */
  readonly httpsPort?: number;
  /** The gateway's Service. Default: a LoadBalancer with nothing special. */
  readonly gatewayService?: GatewayService;
}

/** The releases in install order; everything that uses Istio's webhooks depends on `istiod`. */
export interface IstioInstall {
  readonly namespaces: readonly k8s.core.v1.Namespace[];
  readonly istiod: k8s.helm.v3.Release;
  /** Control planes of older revisions. */
  readonly retained: readonly k8s.helm.v3.Release[];
  /** Undefined where something else is the ingress. */
  readonly gateway?: k8s.helm.v3.Release;
}

/** Installs Istio: CRDs (`base`), control plane (`istiod`), ingress gateway (`gateway`), in that order and of one version. */
export function createIstio(name: string, args: IstioInstallArgs, opts: pulumi.CustomResourceOptions): IstioInstall {
  const mesh = createNamespace(`${name}-namespace-mesh`, { name: args.meshNamespace, injected: false }, opts);
  // The gateway's pod gets its proxy by injection, and asks for it itself.
  const ingress = createNamespace(
    `${name}-namespace-ingress`,
    { name: args.ingressNamespace, injected: "byPod" },
    opts,
  );
  const chart = { repository: args.chartRepository, version: versions.istio };
  const inMesh = { ...chart, namespace: mesh.metadata.name };
  const base = createRelease(
    `${name}-base`,
    "istio-base",
    { ...inMesh, chart: "base", values: baseValues(args) },
    opts,
  );
  const afterBase = pulumi.mergeOptions(opts, { dependsOn: [base] });
  const istiod = createControlPlane(
    name,
    args.revision,
    { ...inMesh, chart: "istiod", values: istiodValues(args) },
    afterBase,
  );
  const retained = (args.retained ?? []).map(({ revision, version }) => {
    const named = revision === unnamedRevision ? undefined : revision;
    const values = istiodValues({ ...args, revision: named });
    return createControlPlane(name, named, { ...inMesh, version, chart: "istiod", values }, afterBase);
  });
  const namespaces = [mesh, ingress];
  if (args.httpsPort === undefined) return { namespaces, istiod, retained };
  const gateway = createRelease(
    `${name}-gateway`,
    "istio-ingressgateway",
    { ...chart, namespace: ingress.metadata.name, chart: "gateway", values: gatewayValues(args) },
    pulumi.mergeOptions(opts, { dependsOn: [istiod] }),
  );
  return { namespaces, istiod, retained, gateway };
}

// Named by its revision: one that moves from current to retained stays the same release, and its sidecars notice nothing.
function createControlPlane(
  name: string,
  revision: string | undefined,
  chart: ChartArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  const releaseName = revision === undefined ? "istiod" : `istiod-${revision}`;
  return createRelease(`${name}-${releaseName}`, releaseName, chart, opts);
}

/**
 * Values of the `base` chart: CRDs, and the webhook that validates every Istio object. It refuses all of them where its
 * control plane does not answer, so it stays with one that runs already, and moves when that one is let go of.
 */
function baseValues({ revision, retained = [], meshNamespace }: IstioInstallArgs) {
  const validating = retained[0]?.revision ?? revision ?? unnamedRevision;
  return { defaultRevision: validating, global: { istioNamespace: meshNamespace, ...withoutReader } };
}

// The account with which other clusters would read Secrets here. Each chart makes a part of it, so each has to be told.
const withoutReader = { enableReaderRBAC: false };

// Said in any case: what a chart takes by itself has changed between releases, and is shut down.
function hub(imageRegistry: string | undefined): string {
  return `${imageRegistry ?? "docker.io"}/istio`;
}

/** Values of the `istiod` chart: identity, access log with the caller's SPIFFE id, injection that never races. */
export function istiodValues(args: IstioInstallArgs) {
  return {
    ...(args.revision === undefined ? {} : { revision: args.revision }),
    autoscaleMin: args.highlyAvailable ? 2 : 1,
    // From Kubernetes 1.33 on the sidecar is a native one: Jobs end beside it, init containers reach the mesh.
    env: { ENABLE_NATIVE_SIDECARS: "auto" },
    ...toPlacement(args.pods),
    global: {
      istioNamespace: args.meshNamespace,
      ...withoutReader,
      hub: hub(args.imageRegistry),
      // Of istiod, and of every pod that gets a proxy.
      ...(args.pods && args.pods.pullSecrets.length > 0 && { imagePullSecrets: [...args.pods.pullSecrets] }),
    },
    meshConfig: {
      trustDomain: args.trustDomain,
      // On older Kubernetes: no container of a pod starts before its proxy can answer for it.
      defaultConfig: { holdApplicationUntilProxyStarts: true },
      outboundTrafficPolicy: { mode: "ALLOW_ANY" },
      accessLogFile: "/dev/stdout",
      accessLogEncoding: "JSON",
      accessLogFormat: JSON.stringify({
        time: "%START_TIME%",
        caller: "%DOWNSTREAM_PEER_URI_SAN%",
        authority: "%REQ(:AUTHORITY)%",
        path: "%REQ(:PATH)%",
        status: "%RESPONSE_CODE%",
        grpc: "%GRPC_STATUS(SNAKE_STRING)%",
        details: "%RESPONSE_CODE_DETAILS%",
      }),
      ingressControllerMode: "OFF",
    },
  };
}

/** Values of the `gateway` chart: the only Service of the platform that is reachable from outside the cluster. */
function gatewayValues(args: IstioInstallArgs) {
  return {
    ...(args.revision === undefined ? {} : { revision: args.revision }),
    labels: { istio: "ingressgateway" },
    ...toPodSpec(args.pods),
    service: serviceValues(args),
    autoscaling: { enabled: args.highlyAvailable, minReplicas: args.highlyAvailable ? 2 : 1 },
    podDisruptionBudget: args.highlyAvailable ? { minAvailable: 1 } : {},
  };
}

function serviceValues({ httpsPort, gatewayService: service }: IstioInstallArgs) {
  const { nodePorts, annotations, loadBalancerSourceRanges: ranges, statusPort } = service ?? {};
  const { httpPort, statusPort: status } = ingressGateway;
  const onNodes = (nodePort: number | undefined) => (nodePort === undefined ? {} : { nodePort });
  return {
    type: service?.type ?? "LoadBalancer",
    ports: [
      ...(statusPort === true ? [{ name: "status-port", port: status, targetPort: status }] : []),
      { name: "http2", port: httpPort, targetPort: 80, ...onNodes(nodePorts?.http) },
      { name: "https", port: httpsPort, targetPort: 443, ...onNodes(nodePorts?.https) },
    ],
    ...(annotations && Object.keys(annotations).length > 0 && { annotations: { ...annotations } }),
    ...(service?.externalTrafficPolicy && { externalTrafficPolicy: service.externalTrafficPolicy }),
    ...(service?.loadBalancerClass && { loadBalancerClass: service.loadBalancerClass }),
    ...(ranges && ranges.length > 0 && { loadBalancerSourceRanges: [...ranges] }),
  };
}
