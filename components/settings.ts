import * as pulumi from "@pulumi/pulumi";
import type { Model } from "../access/model";
import { sidecarSettings } from "../access/sidecar-settings";
import { databaseWarnings } from "../config/database-reach";
import { credentialLife, expiryWarnings } from "../config/credential-life";
import { loadModel } from "../config/model";
import { bootstrapIssuer, type Secret, type Settings } from "../config/settings";
import { versions } from "../versions";
import type { ClusterArgs } from "./cluster";
import type { EnforcementProbeArgs } from "./enforcement-probe";
import type { IngressTlsArgs } from "./ingress-tls";
import type { IstioMeshArgs } from "./istio-mesh";
import type { NetworkPoliciesArgs } from "./network-policies";
import type { ControllerConnection, ZitiOverlayArgs } from "./ziti-overlay";

/** What each component is built from. */
export interface ComponentArgs {
  readonly cluster: ClusterArgs;
  readonly mesh: IstioMeshArgs;
  readonly ingress: IngressTlsArgs;
  /** But for the mesh, which is there only once it was made. */
  readonly overlay: Omit<ZitiOverlayArgs, "meshReady">;
  readonly networkPolicies: NetworkPoliciesArgs;
}

type OverlayArgs = Omit<ComponentArgs["overlay"], "portForward">;

/** Hands each component its part of the settings. Sensitive values leave here only as Pulumi secrets. */
export function toComponentArgs(settings: Settings, now = new Date()): ComponentArgs {
  const model = loadModel(settings);
  const { namespaces, ingress, certManager, mesh, controller, charts, kubernetes } = settings;
  const imageRegistry = settings.images.registry;
  const cluster = { context: kubernetes.context, kubeconfig: toOutput(kubernetes.kubeconfig) };
  return {
    cluster: { ...cluster, adopt: kubernetes.adopt },
    mesh: {
      model,
      manage: mesh.manage,
      createNamespaces: namespaces.create,
      revision: mesh.revision,
      retained: mesh.retained,
      chartRepository: charts.istio,
      imageRegistry,
      logOperations: settings.zitiManagement.logOperations,
      highlyAvailable: settings.profile === "production",
    },
    ingress: {
      model,
      manageCertManager: certManager.manage,
      certManagerNamespace: namespaces.certManager,
      chartRepository: charts.certManager,
      imageRegistry,
      createIssuer: ingress.tls.issuer.name === bootstrapIssuer,
      awaitConditions: kubernetes.awaitConditions,
    },
    overlay: {
      ...toOverlayArgs(settings, model, now),
      portForward: controller.reach === "portForward" ? cluster : undefined,
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

function toProbe({ namespaces, images }: Settings): EnforcementProbeArgs {
  return { namespace: namespaces.workloads, image: libraryImage("busybox", images) };
}

// An image of Docker's own library, with its tag, or its copy in the operator's registry.
function libraryImage(name: "busybox" | "postgres", { registry }: Settings["images"]): string {
  return `${registry === undefined ? name : `${registry}/library/${name}`}:${versions[name]}`;
}

function toOverlayArgs(settings: Settings, model: Model, now: Date): OverlayArgs {
  const { controller, overlay, charts, images, namespaces, certManager, zitiManagement } = settings;
  return {
    model,
    manageController: controller.manage,
    connection: toConnection(controller),
    credential: credentialLife(controller, now),
    warnings: [...expiryWarnings(controller, now, pulumi.getStack()), ...databaseWarnings(settings)],
    adopt: controller.adopt,
    forget: controller.forget,
    clusterDns: overlay.clusterDns,
    sidecar: sidecarSettings(model, overlay),
    watchForeignGrants: overlay.watchForeignGrants,
    trustManager: certManager.manage
      ? { namespace: namespaces.certManager, chartRepository: charts.certManager }
      : undefined,
    chartRepository: charts.openziti,
    imageRegistry: images.registry,
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
