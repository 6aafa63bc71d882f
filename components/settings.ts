import * as pulumi from "@pulumi/pulumi";
import type { Model } from "../access/model";
import { sidecarSettings } from "../access/sidecar-settings";
import { credentialLife, expiryWarnings } from "../config/credential-life";
import { loadModel } from "../config/model";
import { podNamespaces } from "../config/pod-namespaces";
import { bootstrapIssuer, type Secret, type Settings } from "../config/settings";
import { versions } from "../versions";
import type { ClusterArgs } from "./cluster";
import type { EnforcementProbeArgs } from "./enforcement-probe";
import type { IngressTlsArgs } from "./ingress-tls";
import type { IstioMeshArgs } from "./istio-mesh";
import type { NetworkPoliciesArgs } from "./network-policies";
import type { PodSettings } from "./pod-settings";
import type { ReadinessWatchArgs } from "./readiness-watch";
import type { ControllerConnection, ZitiOverlayArgs } from "./ziti-overlay";

/** What each component is built from, but for what it waits for. */
export interface ComponentArgs {
  readonly cluster: ClusterArgs;
  readonly watch: ReadinessWatchArgs;
  readonly mesh: IstioMeshArgs;
  readonly ingress: Omit<IngressTlsArgs, "meshReady">;
  readonly overlay: Omit<ZitiOverlayArgs, "meshReady" | "certManager">;
  readonly networkPolicies: Omit<NetworkPoliciesArgs, "installed">;
}

/** Hands each component its part of the settings. Sensitive values leave here only as secrets. */
export function toComponentArgs(settings: Settings, now = new Date()): ComponentArgs {
  const model = loadModel(settings);
  const { namespaces, ingress, certManager, mesh, controller, charts, kubernetes } = settings;
  const imageRegistry = settings.images.registry;
  const pods = toPodSettings(settings);
  const cluster = { context: kubernetes.context, kubeconfig: toOutput(kubernetes.kubeconfig) };
  return {
    cluster: { ...cluster, adopt: kubernetes.adopt },
    watch: toWatch(settings),
    mesh: {
      model,
      manage: mesh.manage,
      createNamespaces: namespaces.create,
      revision: mesh.revision,
      retained: mesh.retained,
      chartRepository: charts.istio,
      imageRegistry,
      pods,
      logOperations: settings.zitiManagement.logOperations,
      highlyAvailable: settings.profile === "production",
    },
    ingress: {
      model,
      manageCertManager: certManager.manage,
      certManagerNamespace: namespaces.certManager,
      chartRepository: charts.certManager,
      imageRegistry,
      pods,
      createIssuer: ingress.tls.issuer.name === bootstrapIssuer,
      awaitConditions: kubernetes.awaitConditions,
    },
    overlay: {
      ...toOverlayArgs(settings, model, now),
      portForward: controller.reach === "portForward" ? cluster : undefined,
      clusterDns: { mode: settings.overlay.clusterDns, cluster },
    },
    networkPolicies: {
      model,
      admission: settings.networkPolicies.admission,
      report: settings.networkPolicies.report,
      probe: settings.networkPolicies.probe ? toProbe(settings) : undefined,
      requireEnforcement: settings.networkPolicies.requireEnforcement,
    },
  };
}

function toPodSettings({ images, scheduling }: Settings): PodSettings {
  return { pullSecrets: images.pullSecrets, ...scheduling };
}

function toWatch(settings: Settings): ReadinessWatchArgs {
  const { context, kubeconfig } = settings.kubernetes;
  return { context, kubeconfig, namespaces: podNamespaces(settings) };
}

function toProbe(settings: Settings): EnforcementProbeArgs {
  const { namespaces, images } = settings;
  const repository = images.registry === undefined ? "busybox" : `${images.registry}/library/busybox`;
  return {
    namespace: namespaces.workloads,
    image: `${repository}:${versions.busybox}`,
    pods: toPodSettings(settings),
  };
}

function toOverlayArgs(
  settings: Settings,
  model: Model,
  now: Date,
): Omit<ComponentArgs["overlay"], "portForward" | "clusterDns"> {
  const { controller, overlay, charts, images, storage, namespaces, certManager, zitiManagement } = settings;
  return {
    model,
    manageController: controller.manage,
    connection: toConnection(controller),
    credential: credentialLife(controller, now),
    warnings: expiryWarnings(controller, now, pulumi.getStack()),
    adopt: controller.adopt,
    forget: controller.forget,
    sidecar: sidecarSettings(model, overlay),
    watchForeignGrants: overlay.watchForeignGrants,
    trustManager: certManager.manage
      ? { namespace: namespaces.certManager, chartRepository: charts.certManager }
      : undefined,
    chartRepository: charts.openziti,
    imageRegistry: images.registry,
    pods: toPodSettings(settings),
    storageClass: storage.className,
    zitiManagement,
  };
}

function toConnection(controller: Settings["controller"]): ControllerConnection {
  const { url, ca, cert, username } = controller;
  return { url, ca, cert, username, key: toOutput(controller.key), password: toOutput(controller.password) };
}

function toOutput(secret: Secret | undefined): pulumi.Output<string> | undefined {
  return secret === undefined ? undefined : pulumi.secret(secret.reveal());
}
