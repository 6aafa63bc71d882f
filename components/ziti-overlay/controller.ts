import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { type ControllerNode, sharedManagement } from "../../access/model/controller-nodes";
import { versions } from "../../versions";
import { createRelease } from "../charts";
import { toPlacement, toPullSecrets, type PodSettings } from "../pod-settings";

/** Release (and object) name of the controller's chart; `access/controller-nodes` has the names of its Services. */
export const controllerName = "ziti-controller";
/** Container port of the management API: its own listener, reachable as ClusterIP only. */
export const managementPort = 1281;
const trustBundleOf = (node: string) => `${node}-ctrl-plane-cas`;
const adminSecretName = "ziti-controller-admin";

/** What installing the OpenZiti controller needs; used only when the program manages it. */
interface ControllerArgs {
  readonly namespace: pulumi.Input<string>;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  /** StorageClass of its volume. Default: the cluster's own. */
  readonly storageClass?: string;
  /** Their public names are in every enrollment token and identity: they cannot change without enrolling all again. */
  readonly nodes: readonly ControllerNode[];
  readonly advertisedPort: number;
  readonly trustDomain: string;
}

/** The installed controller and how to reach it. Both credentials are secret. */
export interface Controller {
  /** One per node. */
  readonly releases: readonly k8s.helm.v3.Release[];
  readonly username: string;
  readonly password: pulumi.Output<string>;
  /** PEM bundle that verifies the management API; known once the chart has made it. */
  readonly ca: pulumi.Output<string>;
}

/**
 * Installs the controller with a generated administrator, whose password is never readable outside secrets. The nodes of
 * a cluster start one after the other: each joins those that run.
 */
export function createController(name: string, args: ControllerArgs, opts: pulumi.CustomResourceOptions): Controller {
  const username = "admin";
  const admin = new random.RandomPassword(`${name}-admin-password`, { length: 40, special: false }, opts);
  const adminSecret = new k8s.core.v1.Secret(
    `${name}-admin-secret`,
    {
      metadata: { name: adminSecretName, namespace: args.namespace },
      stringData: { "admin-user": username, "admin-password": admin.result },
    },
    opts,
  );
  const releases: k8s.helm.v3.Release[] = [];
  for (const node of args.nodes) {
    const after = [adminSecret, ...releases.slice(-1)];
    releases.push(createNode(name, node, args, pulumi.mergeOptions(opts, { dependsOn: after })));
  }
  return { releases, username, password: pulumi.secret(admin.result), ca: readTrustBundle(name, releases, opts) };
}

function createNode(
  name: string,
  node: ControllerNode,
  args: ControllerArgs,
  opts: pulumi.CustomResourceOptions,
): k8s.helm.v3.Release {
  const chart = {
    chart: "ziti-controller",
    version: versions.zitiController,
    repository: args.chartRepository,
    namespace: args.namespace,
    values: controllerValues(args, node),
  };
  return createRelease(`${name}${node.name.replace(/^ziti/, "")}`, node.name, chart, opts);
}

/** Values of the `ziti-controller` chart for one node. */
function controllerValues(args: ControllerArgs, node: ControllerNode) {
  const [first = node, ...others] = args.nodes;
  return {
    fullnameOverride: node.name,
    ...(others.length === 0 ? standalone(args) : node === first ? founder(args, node) : joiner(args, node, first)),
    clientApi: {
      advertisedHost: node.host,
      advertisedPort: args.advertisedPort,
      service: { enabled: true, type: "ClusterIP" },
    },
    ctrlPlane: controlPlane(args, node),
    managementApi: {
      containerPort: managementPort,
      advertisedHost: node.managementService,
      advertisedPort: managementPort,
      ...(others.length > 0 && { dnsNames: [pulumi.output(args.namespace).apply(sharedManagement.host)] }),
      service: { enabled: true, type: "ClusterIP" },
    },
    image: {
      ...{ tag: versions.openziti, ...image(args.imageRegistry, "ziti-controller") },
      ...toPullSecrets("pullSecrets", args.pods),
    },
    persistence: { enabled: true, size: "2Gi", ...(args.storageClass && { storageClass: args.storageClass }) },
    ...toPlacement(args.pods),
  };
}

/** `host:port` under which routers and other nodes dial a node's control plane: a Service, so that no other name has to resolve. */
export function controlEndpoint(
  { namespace, advertisedPort }: Pick<ControllerArgs, "namespace" | "advertisedPort">,
  node: ControllerNode,
): pulumi.Output<string> {
  return pulumi.interpolate`${controlHost(namespace, node)}:${advertisedPort}`;
}

function controlHost(namespace: pulumi.Input<string>, { publicService }: ControllerNode): pulumi.Output<string> {
  return pulumi.interpolate`${publicService}.${namespace}.svc`;
}

// The control plane shares its port with the client API and has a certificate of its own: what is dialed has to be in it.
// Nodes of a cluster tell each other and the routers what they advertise.
function controlPlane({ namespace, nodes }: ControllerArgs, node: ControllerNode) {
  const inside = controlHost(namespace, node);
  if (nodes.length === 1) return { dnsNames: [inside] };
  return { advertisedHost: inside, dnsNames: [node.host] };
}

const administrator = { useCustomAdminSecret: true, customAdminSecretName: adminSecretName };

function standalone({ trustDomain }: ControllerArgs) {
  return { cluster: { mode: "standalone", trustDomain }, ...administrator };
}

function founder({ trustDomain }: ControllerArgs, { name }: ControllerNode) {
  return { cluster: { mode: "cluster-init", trustDomain, nodeName: name }, ...administrator };
}

// One authority for all: a joining node has its certificates from the root of the first, and trusts its bundle.
function joiner(args: ControllerArgs, node: ControllerNode, first: ControllerNode) {
  const { trustDomain } = args;
  return {
    cluster: { mode: "cluster-join", trustDomain, nodeName: node.name, endpoint: controlEndpoint(args, first) },
    edgeSignerPki: {
      alternativeIssuer: { name: `${first.name}-edge-root-issuer`, kind: "Issuer", group: "cert-manager.io" },
    },
    ctrlPlaneCasBundle: { configMapName: trustBundleOf(first.name) },
  };
}

/** Image override for installs that mirror images into their own registry. */
export function image(registry: string | undefined, repository: string): { repository?: string } {
  return registry === undefined ? {} : { repository: `${registry}/openziti/${repository}` };
}

// The chart publishes its certificate authorities in a ConfigMap that exists only after the release is ready.
function readTrustBundle(
  name: string,
  releases: readonly k8s.helm.v3.Release[],
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  // A cluster takes no writes before its nodes are there: whoever waits for the bundle waits for all of them.
  const namespaces = pulumi.all(releases.map(({ status }) => status.namespace));
  const id = pulumi.interpolate`${namespaces[0]}/${trustBundleOf(controllerName)}`;
  const bundle = k8s.core.v1.ConfigMap.get(`${name}-trust-bundle`, id, opts);
  return bundle.data.apply((data) => {
    const ca = data["ctrl-plane-cas.crt"];
    if (ca === undefined) {
      throw new pulumi.RunError(`ConfigMap ${trustBundleOf(controllerName)} has no key "ctrl-plane-cas.crt".`);
    }
    return ca;
  });
}
