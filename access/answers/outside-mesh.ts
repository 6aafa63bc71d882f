import type { NamespaceNames } from "../model/options";

/** Traffic that STRICT mutual TLS and the mesh's policies do not reach, why, and what guards it instead. */
export interface OutsideMesh {
  readonly what: string;
  readonly because: string;
  readonly guardedBy: string;
}

interface Row {
  readonly what: (namespaces: NamespaceNames) => string;
  readonly because: string;
  readonly guardedBy: string;
}

const rows: readonly Row[] = [
  {
    what: ({ platform }) =>
      `Overlay traffic into gateway, llm-proxy, tracing, egress-gateway, k8s-runner and the apps in ${platform}`,
    because:
      "Their OpenZiti SDK dials an edge router and gets the traffic over that outbound connection: it never enters by " +
      "the inbound listener of the sidecar.",
    guardedBy: "The overlay's service policies, and the services themselves.",
  },
  {
    what: ({ overlay }) => `The namespace ${overlay}: controller and routers`,
    because: "They speak their own mutual TLS, which has to reach them unopened.",
    guardedBy: "The overlay's own certificates; network policies where they are enabled.",
  },
  {
    what: ({ workloads }) => `The namespace ${workloads}: agents and what they start`,
    because: "Their Ziti sidecar owns the pod's traffic rules, and they have no business in the mesh.",
    guardedBy: "The overlay's dial policies; network policies where they are enabled.",
  },
  {
    what: () => "Jobs and init containers on Kubernetes below 1.33 without native sidecars",
    because: "Init containers run before a classic sidecar does, and a Job never ends beside one.",
    guardedBy: "STRICT on the other side: without a sidecar they reach nothing in the mesh.",
  },
  {
    what: () => "Probes of the kubelet",
    because: "The kubelet has no certificate: Istio sends its probes to the agent on 15020 and 15021, past the proxy.",
    guardedBy: "The agent answers with the state of the probe alone.",
  },
  {
    what: () => "Merged metrics on port 15020 of every sidecar",
    because: "The agent serves them in plaintext beside the proxy.",
    guardedBy: "Network policies, where they are enabled.",
  },
  {
    what: ({ mesh }) => `Admission webhooks: istiod in ${mesh}, cert-manager`,
    because: "The API server calls them without a certificate of the mesh, so they run without a sidecar.",
    guardedBy: "TLS with the CA bundle of each webhook configuration.",
  },
  {
    what: () => "Pods that are older than the injection label of their namespace, or that refuse injection",
    because: "A pod gets its sidecar when it is created, or never.",
    guardedBy: "Nothing, until they are restarted: such a pod has no policy, and no identity towards others.",
  },
  {
    what: () => "Port-forwarding through the API server",
    because: "It ends on the loopback interface inside of the pod, behind the proxy.",
    guardedBy: "Kubernetes RBAC on pods/portforward.",
  },
  {
    what: () => "Other ways out of a pod: UDP, and a process that runs as the proxy's user",
    because: "The capture of traffic is for TCP, and a workload can step around its own proxy, not around another's.",
    guardedBy: "Network policies, where they are enabled; the proxy of whoever is called.",
  },
];

/**
 * The honest list of where STRICT cannot reach, for one installation. Static facts of the platform and of Istio: what
 * the operator opened besides is in describeExceptions.
 */
export function findOutsideMesh(namespaces: NamespaceNames): readonly OutsideMesh[] {
  return rows.map(({ what, ...row }) => ({ what: what(namespaces), ...row }));
}
