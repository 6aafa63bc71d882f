import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as openziti from "../../openziti/resources";
import { versions } from "../../versions";
import { createRelease } from "../charts";
import { toPlacement, toPullSecrets, type PodSettings } from "../pod-settings";
import { image } from "./controller";

/** Release (and object) name of the edge router; `<name>-edge` is its Service. */
export const routerName = "ziti-router";
const enrollmentSecretName = "ziti-router-enrollment";

/** What installing the edge router needs; used only when the program manages the controller. */
export interface RouterArgs {
  readonly namespace: pulumi.Input<string>;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  /** StorageClass of its volume. Default: the cluster's own. */
  readonly storageClass?: string;
  readonly advertisedHost: string;
  readonly advertisedPort: number;
  /** `host:port` of the controller for the router. */
  readonly controllerEndpoint: string;
}

/** Registers an edge router at the controller and installs it; the one-time token travels in a Secret. */
export function createRouter(
  name: string,
  args: RouterArgs,
  inController: pulumi.CustomResourceOptions,
  opts: pulumi.CustomResourceOptions,
): openziti.EdgeRouter {
  const router = new openziti.EdgeRouter(
    `${name}-edge-router`,
    { name: routerName, roleAttributes: ["public"], isTunnelerEnabled: false },
    pulumi.mergeOptions({ parent: opts.parent }, inController),
  );
  const enrollment = new k8s.core.v1.Secret(
    `${name}-router-enrollment`,
    {
      metadata: { name: enrollmentSecretName, namespace: args.namespace },
      stringData: { enrollmentJwt: router.enrollmentJwt },
    },
    // The controller stops showing the token once the router has enrolled; the Secret keeps the one that was used.
    pulumi.mergeOptions(opts, { ignoreChanges: ["stringData", "data"] }),
  );
  createRelease(
    `${name}-router`,
    routerName,
    {
      chart: "ziti-router",
      version: versions.zitiRouter,
      repository: args.chartRepository,
      namespace: args.namespace,
      values: routerValues(args),
    },
    pulumi.mergeOptions(opts, { dependsOn: [enrollment] }),
  );
  return router;
}

/** Values of the `ziti-router` chart. */
export function routerValues(args: RouterArgs) {
  return {
    fullnameOverride: routerName,
    ctrl: { endpoint: args.controllerEndpoint },
    edge: {
      advertisedHost: args.advertisedHost,
      advertisedPort: args.advertisedPort,
      service: { enabled: true, type: "ClusterIP" },
    },
    linkListeners: { transport: { service: { enabled: false } } },
    tunnel: { mode: "none" },
    enrollmentJwtFromSecret: true,
    enrollmentJwtSecretName: enrollmentSecretName,
    image: {
      ...{ tag: versions.openziti, ...image(args.imageRegistry, "ziti-router") },
      ...toPullSecrets("pullSecrets", args.pods),
    },
    persistence: { enabled: true, size: "50Mi", ...(args.storageClass && { storageClass: args.storageClass }) },
    ...toPlacement(args.pods),
  };
}
