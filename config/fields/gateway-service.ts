import { both, derived, unset, value, type Draft, type Fields } from "../field";
import { listOf } from "../values/collections";
import { annotations } from "../values/labels";
import { pattern } from "../values/names";
import { addressBlock, nodePort } from "../values/network";
import { flag, oneOf } from "../values/value-type";

/** Whether the program installs the gateway, and so its Service. */
export function installsGateway(draft: Draft): boolean {
  return draft["ingress.provider"] === "istio" && draft["mesh.manage"] === true;
}

/** The Service of Istio's gateway where the program installs it. */
export const gatewayServiceFields = {
  "ingress.service.type": {
    type: oneOf("LoadBalancer", "NodePort", "ClusterIP"),
    help:
      "Type of the gateway's Service where the program installs it. `LoadBalancer` needs something in the cluster that " +
      "serves it (kind, minikube and bare metal have nothing by themselves). `NodePort`: ports of each node. `ClusterIP`: what you put in front is your own.",
    example: "NodePort",
    ...both(
      derived<"LoadBalancer">('`"LoadBalancer"` where the program installs the gateway, else not set', (draft) =>
        installsGateway(draft) ? "LoadBalancer" : undefined,
      ),
    ),
  },
  "ingress.service.annotations": {
    type: annotations,
    help: "Annotations of that Service, by which clouds and load balancers take their settings.",
    example: { "service.beta.kubernetes.io/aws-load-balancer-type": "external" },
    ...both(value({})),
  },
  "ingress.service.externalTrafficPolicy": {
    type: oneOf("Cluster", "Local"),
    help: "`Local`: only nodes with a gateway pod take traffic, and the client's address stays. Unset: Kubernetes' own default, `Cluster`.",
    example: "Local",
    ...both(unset),
  },
  "ingress.service.loadBalancerClass": {
    type: pattern(
      "the name of a class, as in service.k8s.aws/nlb",
      /^([a-z0-9.-]+\/)?[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$/,
    ),
    help: "Which of several load balancers in the cluster serves it. It cannot change afterwards.",
    example: "service.k8s.aws/nlb",
    ...both(unset),
  },
  "ingress.service.loadBalancerSourceRanges": {
    type: listOf(addressBlock, "a list of address blocks"),
    help: "Address blocks that the load balancer lets in. Empty: all. Ports of nodes are not filtered by it.",
    example: ["198.51.100.0/24"],
    ...both(value([])),
  },
  "ingress.service.nodePorts.http": {
    type: nodePort,
    help: "Port of each node that leads to plain HTTP. Unset: Kubernetes chooses.",
    example: 30080,
    ...both(unset),
  },
  "ingress.service.nodePorts.https": {
    type: nodePort,
    help: "Port of each node that leads to TLS. `ingress.port` stays the port that clients are told. Unset: Kubernetes chooses.",
    example: 30443,
    ...both(unset),
  },
  "ingress.service.statusPort": {
    type: flag,
    help: "Publish the gateway's health check on port 15021, for load balancers that ask it.",
    example: true,
    ...both(value(false)),
  },
} satisfies Partial<Fields>;
