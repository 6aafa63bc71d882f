import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { versions } from "../../versions";
import { createRelease } from "../charts";
import { createNamespace } from "../namespaces";

/** What the Istio installation needs to know; used only when the program manages Istio. */
export interface IstioInstallArgs {
  readonly meshNamespace: string;
  readonly ingressNamespace: string;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  readonly trustDomain: string;
  /** Two istiod replicas and an autoscaled gateway; one of each otherwise. */
  readonly highlyAvailable: boolean;
  /** Public HTTPS port of the ingress gateway. */
  readonly httpsPort: number;
}

/** The releases in install order; everything that uses Istio's webhooks depends on `istiod`. */
export interface IstioInstall {
  readonly namespaces: readonly k8s.core.v1.Namespace[];
  readonly istiod: k8s.helm.v3.Release;
  readonly gateway: k8s.helm.v3.Release;
}

/** Installs Istio: CRDs (`base`), control plane (`istiod`), ingress gateway (`gateway`), in that order and of one version. */
export function createIstio(name: string, args: IstioInstallArgs, opts: pulumi.CustomResourceOptions): IstioInstall {
  const mesh = createNamespace(`${name}-namespace-mesh`, { name: args.meshNamespace, injected: false }, opts);
  // The gateway's pod carries its own injection label: the namespace itself stays out.
  const ingress = createNamespace(`${name}-namespace-ingress`, { name: args.ingressNamespace, injected: false }, opts);
  const chart = { repository: args.chartRepository, version: versions.istio };
  const inMesh = { ...chart, namespace: mesh.metadata.name };
  const base = createRelease(
    `${name}-base`,
    "istio-base",
    { ...inMesh, chart: "base", values: { defaultRevision: "default", global: { enableReaderRBAC: false } } },
    opts,
  );
  const istiod = createRelease(
    `${name}-istiod`,
    "istiod",
    { ...inMesh, chart: "istiod", values: istiodValues(args) },
    pulumi.mergeOptions(opts, { dependsOn: [base] }),
  );
  const gateway = createRelease(
    `${name}-gateway`,
    "istio-ingressgateway",
    { ...chart, namespace: ingress.metadata.name, chart: "gateway", values: gatewayValues(args) },
    pulumi.mergeOptions(opts, { dependsOn: [istiod] }),
  );
  return { namespaces: [mesh, ingress], istiod, gateway };
}

/** Values of the `istiod` chart: identity, access log with the caller's SPIFFE id, injection that never races. */
export function istiodValues(args: IstioInstallArgs) {
  return {
    autoscaleMin: args.highlyAvailable ? 2 : 1,
    global: {
      ...(args.imageRegistry ? { hub: `${args.imageRegistry}/istio` } : {}),
      proxy: { holdApplicationUntilProxyStarts: true },
    },
    meshConfig: {
      trustDomain: args.trustDomain,
      outboundTrafficPolicy: { mode: "ALLOW_ANY" },
      accessLogFile: "/dev/stdout",
      accessLogEncoding: "JSON",
      accessLogFormat: JSON.stringify({
        time: "%START_TIME%",
        caller: "%DOWNSTREAM_PEER_URI_SAN%",
        authority: "%REQ(:AUTHORITY)%",
        path: "%REQ(:PATH)%",
        status: "%RESPONSE_CODE%",
        details: "%RESPONSE_CODE_DETAILS%",
      }),
      ingressControllerMode: "OFF",
    },
  };
}

/** Values of the `gateway` chart: the only Service of the platform that is reachable from outside the cluster. */
export function gatewayValues(args: IstioInstallArgs) {
  return {
    labels: { istio: "ingressgateway" },
    service: {
      type: "LoadBalancer",
      ports: [
        { name: "http2", port: 80, targetPort: 80 },
        { name: "https", port: args.httpsPort, targetPort: 443 },
      ],
    },
    autoscaling: { enabled: args.highlyAvailable, minReplicas: args.highlyAvailable ? 2 : 1 },
    podDisruptionBudget: args.highlyAvailable ? { minAvailable: 1 } : {},
  };
}
