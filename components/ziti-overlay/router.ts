import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as openziti from "../../openziti/resources";
import { versions } from "../../versions";
import { createRelease } from "../charts";
import { toPlacement, toPullSecrets, type PodSettings } from "../pod-settings";
import { image } from "./controller";

/** Release (and object) name of the edge router; `<name>-edge` is its Service. */
const routerName = "ziti-router";
const enrollmentSecretName = "ziti-router-enrollment";

/** What installing the edge router needs; used only when the program manages the controller. */
interface RouterArgs {
  readonly namespace: pulumi.Input<string>;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  /** StorageClass of its volume. Default: the cluster's own. */
  readonly storageClass?: string;
  readonly advertisedHost: string;
  readonly advertisedPort: number;
  /** `host:port` of the controller for the router. Unset: those in its token, which are all nodes of a cluster. */
  readonly controllerEndpoint?: pulumi.Input<string>;
}

/**
 * Registers an edge router at the controller, installs it and waits until it is online. The one-time token travels in a
 * Secret, which follows it: it is issued anew when it ran out unused, and when the volume with the router's identity is
 * another one. That volume is no part of the release, so a failed install does not take the identity along.
 */
export function createRouter(
  name: string,
  args: RouterArgs,
  inController: pulumi.CustomResourceOptions,
  opts: pulumi.CustomResourceOptions,
): void {
  const volume = createVolume(name, args, opts);
  const router = new openziti.EdgeRouter(
    `${name}-edge-router`,
    { name: routerName, roleAttributes: ["public"], isTunnelerEnabled: false, volume: volume.metadata.uid },
    pulumi.mergeOptions({ parent: opts.parent }, inController),
  );
  const enrollment = new k8s.core.v1.Secret(
    `${name}-router-enrollment`,
    {
      metadata: { name: enrollmentSecretName, namespace: args.namespace },
      stringData: { enrollmentJwt: router.enrollmentJwt },
    },
    opts,
  );
  const release = createRelease(
    `${name}-router`,
    routerName,
    {
      chart: "ziti-router",
      version: versions.zitiRouter,
      repository: args.chartRepository,
      namespace: args.namespace,
      values: routerValues(args, { claim: volume.metadata.name, tokenEnds: router.enrollmentExpiresAt }),
    },
    pulumi.mergeOptions(opts, { dependsOn: [enrollment] }),
  );
  new openziti.OnlineRouter(
    `${name}-router-online`,
    { routerId: router.id, revision: release.status.revision, look: lookCommand(args) },
    pulumi.mergeOptions({ parent: opts.parent }, inController),
  );
}

function lookCommand({ namespace }: RouterArgs): pulumi.Output<string> {
  return pulumi.interpolate`kubectl -n ${namespace} get pods; kubectl -n ${namespace} logs deploy/${routerName}`;
}

function createVolume(
  name: string,
  { namespace, storageClass: storageClassName }: RouterArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.core.v1.PersistentVolumeClaim {
  return new k8s.core.v1.PersistentVolumeClaim(
    `${name}-router-volume`,
    {
      // Many storage classes bind a claim only when a pod uses it, and that pod waits for what comes after the claim.
      metadata: { name: `${routerName}-identity`, namespace, annotations: { "pulumi.com/skipAwait": "true" } },
      spec: { accessModes: ["ReadWriteOnce"], storageClassName, resources: { requests: { storage: "50Mi" } } },
    },
    opts,
  );
}

/** What a router's values take from what was made before it. */
interface RouterIdentity {
  /** Name of the claim to the volume with its identity. */
  readonly claim: pulumi.Input<string>;
  /** When its token ends: another token has another end, and rolls the pod that has the old one. */
  readonly tokenEnds: pulumi.Input<string>;
}

/** Values of the `ziti-router` chart. */
function routerValues(args: RouterArgs, { claim, tokenEnds }: RouterIdentity) {
  return {
    fullnameOverride: routerName,
    podAnnotations: { "agyn-networking/enrollment-ends": tokenEnds },
    ...(args.controllerEndpoint !== undefined && { ctrl: { endpoint: args.controllerEndpoint } }),
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
    persistence: { enabled: true, existingClaim: claim },
    ...toPlacement(args.pods),
  };
}
