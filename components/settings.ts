import * as pulumi from "@pulumi/pulumi";
import type { Model } from "../access/model/model";
import { sidecarSettings } from "../access/render/sidecar-settings";
import { databaseWarnings } from "../config/database-reach";
import { credentialLife, expiryWarnings } from "../config/credential-life";
import { groundNeeds } from "../config/ground-needs";
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
import type { GroundCheckArgs } from "./ground-check";
import type { ReadinessWatchArgs } from "./readiness-watch";
import type { ControllerConnection, ZitiOverlayArgs } from "./ziti-overlay";

/** What each component is built from, but for what it waits for. */
interface ComponentArgs {
  readonly cluster: ClusterArgs;
  readonly watch: ReadinessWatchArgs;
  readonly ground: GroundCheckArgs;
  readonly mesh: IstioMeshArgs;
  readonly ingress: Omit<IngressTlsArgs, "meshReady">;
  readonly overlay: Omit<ZitiOverlayArgs, "meshReady" | "certManager">;
  readonly networkPolicies: Omit<NetworkPoliciesArgs, "installed">;
}

type OverlayArgs = Omit<ComponentArgs["overlay"], "portForward" | "clusterDns">;

/** Hands each component its part of the settings. Sensitive values leave here only as secrets. */
export function toComponentArgs(settings: Settings, now = new Date()): ComponentArgs {
  const model = loadModel(settings);
  const { namespaces, mesh, controller, charts, kubernetes } = settings;
  const imageRegistry = settings.images.registry;
  const pods = toPodSettings(settings);
  const cluster = { context: kubernetes.context, kubeconfig: toOutput(kubernetes.kubeconfig) };
  return {
    cluster: { ...cluster, adopt: kubernetes.adopt },
    watch: toWatch(settings),
    ground: { context: kubernetes.context, kubeconfig: kubernetes.kubeconfig, needs: groundNeeds(settings) },
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
    ingress: toIngressArgs(settings, model),
    overlay: {
      ...toOverlayArgs(settings, model, now),
      portForward: controller.reach === "portForward" ? cluster : undefined,
      clusterDns: { mode: settings.overlay.clusterDns, cluster },
    },
    networkPolicies: toNetworkPoliciesArgs(settings, model),
  };
}

function toIngressArgs(settings: Settings, model: Model): ComponentArgs["ingress"] {
  const { namespaces, ingress, certManager, charts, images, kubernetes } = settings;
  const createIssuer = ingress.tls.issuer.name === bootstrapIssuer;
  return {
    model,
    manageCertManager: certManager.manage,
    certManagerNamespace: namespaces.certManager,
    chartRepository: charts.certManager,
    imageRegistry: images.registry,
    pods: toPodSettings(settings),
    createIssuer,
    issuerComesLater: certManager.manage && !createIssuer,
    awaitConditions: kubernetes.awaitConditions,
  };
}

function toPodSettings({ images, scheduling }: Settings): PodSettings {
  return { pullSecrets: images.pullSecrets, ...scheduling };
}

function toWatch(settings: Settings): ReadinessWatchArgs {
  const { context, kubeconfig } = settings.kubernetes;
  return { context, kubeconfig, namespaces: podNamespaces(settings) };
}

function toNetworkPoliciesArgs(settings: Settings, model: Model): ComponentArgs["networkPolicies"] {
  const { admission, report, probe, requireEnforcement } = settings.networkPolicies;
  return { model, admission, report, probe: probe ? toProbe(settings) : undefined, requireEnforcement };
}

function toProbe(settings: Settings): EnforcementProbeArgs {
  const { namespaces, images } = settings;
  return { namespace: namespaces.workloads, image: libraryImage("busybox", images), pods: toPodSettings(settings) };
}

// An image of Docker's own library, with its tag, or its copy in the operator's registry.
function libraryImage(name: "busybox" | "postgres", { registry }: Settings["images"]): string {
  return `${registry === undefined ? name : `${registry}/library/${name}`}:${versions[name]}`;
}

function toOverlayArgs(settings: Settings, model: Model, now: Date): OverlayArgs {
  const { controller, overlay, charts, images, storage, namespaces, certManager, zitiManagement } = settings;
  return {
    model,
    manageController: controller.manage,
    connection: toConnection(controller),
    credential: credentialLife(controller, now),
    warnings: [...expiryWarnings(controller, now, pulumi.getStack()), ...databaseWarnings(settings)],
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
    zitiManagement: {
      image: zitiManagement.image,
      secretName: zitiManagement.secretName,
      database: toOutput(zitiManagement.database),
      databaseImage: libraryImage("postgres", images),
    },
  };
}

function toConnection(controller: Settings["controller"]): ControllerConnection {
  const { url, ca, cert, username } = controller;
  return { url, ca, cert, username, key: toOutput(controller.key), password: toOutput(controller.password) };
}

function toOutput(secret: Secret | undefined): pulumi.Output<string> | undefined {
  return secret === undefined ? undefined : pulumi.secret(secret.reveal());
}
