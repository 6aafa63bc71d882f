import type { ControlPlaneNeeds } from "./control-planes";

/*
 * What a cluster has to offer beside its API, and Kubernetes itself does not bring: volumes, and load balancers. An
 * installation that lacks one of them waits for it until the release times out.
 */

/** What an installation needs of it. */
export interface GroundNeeds {
  /** Volumes: of this class, or of the cluster's default. Unset: none. */
  readonly volumes?: { readonly className?: string };
  /** An address for a Service of type LoadBalancer. */
  readonly balancer: boolean;
  /** The control planes of Istio that it keeps. Unset: Istio is not its own. */
  readonly controlPlanes?: ControlPlaneNeeds;
}

/** A StorageClass, as far as it is looked at. */
export interface StorageClass {
  readonly metadata: { readonly name: string; readonly annotations?: Readonly<Record<string, string>> };
}

/** A Service, as far as it is looked at. */
export interface Balanced {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly spec?: { readonly type?: string };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly object[] } };
}

/** A Node, as far as it is looked at. */
export interface ClusterNode {
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  /** `<provider>://…`, set by whoever made the node; empty on bare metal. */
  readonly spec?: { readonly providerID?: string };
}

/** What was found, or why it is not enough, and what helps. */
export interface Judgement {
  readonly isThere: boolean | "unknown";
  readonly cause: string;
  /** Empty where nothing is wrong. */
  readonly fix: string;
}

const defaultClass = "storageclass.kubernetes.io/is-default-class";
const set = (key: string, value: string) => `pulumi config set --path 'agyn-networking:${key}' ${value}`;

/** Whether volumes of the class, or of the default class where none is named, can be had. */
export function judgeStorage(classes: readonly StorageClass[], className: string | undefined): Judgement {
  const names = classes.map(({ metadata }) => metadata.name).sort();
  const there = names.length === 0 ? "there is none" : `there are ${names.join(", ")}`;
  if (className !== undefined) {
    if (names.includes(className)) return { isThere: true, cause: "exists", fix: "" };
    const cause = `does not exist (${there}): every volume of the stack would wait for it`;
    return { isThere: false, cause, fix: `Name one that is there: ${set("storage.className", names[0] ?? "<name>")}` };
  }
  const found = classes.find(({ metadata }) => metadata.annotations?.[defaultClass] === "true");
  if (found !== undefined) return { isThere: true, cause: `${found.metadata.name} is the default`, fix: "" };
  const cause = `no class is the default (${there}): the volumes of controller, router and database would wait for ever`;
  const fix =
    names.length === 0
      ? "Install a provisioner, such as local-path-provisioner, and make its class the default."
      : set("storage.className", names[0] ?? "");
  return { isThere: false, cause, fix };
}

// By the first part of a node's providerID: whether load balancers come with it, and what to do where not.
const providers: readonly {
  readonly id: RegExp;
  readonly name: string;
  readonly serves: boolean;
  readonly fix?: string;
}[] = [
  { id: /^kind:/, name: "kind", serves: false, fix: "Run cloud-provider-kind beside it" },
  { id: /^k3s:/, name: "k3s (its own service load balancer, unless it was switched off)", serves: true },
  {
    id: /^(aws|gce|azure|openstack|digitalocean|hcloud|linode|oci|ibm|vultr|scaleway|exoscale|alicloud|tencentcloud):/,
    name: "a cloud",
    serves: true,
  },
];

function isMinikube({ metadata }: ClusterNode): boolean {
  return Object.keys(metadata.labels ?? {}).some((key) => key.startsWith("minikube.k8s.io/"));
}

const nodePorts = `or take ports of the nodes: ${set("ingress.service.type", "NodePort")}`;

/**
 * Whether something in the cluster gives LoadBalancer Services an address. What other
 * Services got is the best witness; without any, who made the nodes; and of bare metal nothing is known.
 */
export function judgeBalancer(services: readonly Balanced[], nodes: readonly ClusterNode[]): Judgement {
  const asking = services.filter(({ spec }) => spec?.type === "LoadBalancer");
  const served = asking.filter(({ status }) => (status?.loadBalancer?.ingress ?? []).length > 0);
  if (served.length > 0)
    return { isThere: true, cause: `${served.length} of ${asking.length} have an address`, fix: "" };
  const [first] = asking;
  if (first !== undefined) {
    const name = `${first.metadata.namespace ?? "default"}/${first.metadata.name}`;
    const cause = `none of ${asking.length} has an address, ${name} among them: nothing seems to serve them`;
    return { isThere: false, cause, fix: `Install one, such as MetalLB; ${nodePorts}` };
  }
  if (nodes.some(isMinikube)) {
    const cause = "this is minikube, which serves them only while `minikube tunnel` runs";
    return { isThere: false, cause, fix: `Run \`minikube tunnel\` beside pulumi up; ${nodePorts}` };
  }
  return judgeNodes(nodes);
}

function judgeNodes(nodes: readonly ClusterNode[]): Judgement {
  const ids = nodes.map(({ spec }) => spec?.providerID ?? "").filter((id) => id !== "");
  const known = providers.find(({ id }) => ids.some((one) => id.test(one)));
  if (known?.serves === true)
    return { isThere: true, cause: `none asks for one yet; the nodes are of ${known.name}`, fix: "" };
  if (known !== undefined) {
    const cause = `this is ${known.name}, which serves none by itself: the gateway would wait for an address`;
    return { isThere: false, cause, fix: `${known.fix ?? ""}; ${nodePorts}` };
  }
  const cause = "no Service asks for one yet, and the nodes do not say whose they are (bare metal?)";
  return { isThere: "unknown", cause, fix: `Make sure that one is there, such as MetalLB; ${nodePorts}` };
}
