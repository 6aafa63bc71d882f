import { addresses, clusterDomain } from "../addresses";
import { coreDnsImage } from "../images/names";

const namespace = "kube-system";
const name = "coredns";
const labels = { "k8s-app": "kube-dns" };

/** The cluster's DNS server configuration, as kubeadm writes it. */
export const corefile = `.:53 {
    errors
    health {
       lameduck 5s
    }
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
       pods insecure
       fallthrough in-addr.arpa ip6.arpa
       ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
       max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;

interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: object };
  readonly [field: string]: unknown;
}

/** An object with the path at which the API server keeps it. */
interface PlacedObject {
  readonly path: string;
  readonly object: ClusterObject;
}

const role = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:coredns" };

function renderAccess(): readonly PlacedObject[] {
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const rules = [
    { apiGroups: [""], resources: ["endpoints", "services", "pods", "namespaces"], verbs: ["list", "watch"] },
    { apiGroups: ["discovery.k8s.io"], resources: ["endpointslices"], verbs: ["list", "watch"] },
  ];
  const subjects = [{ kind: "ServiceAccount", name, namespace }];
  const head = (kind: string) => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind, metadata: { name: role.name } });
  return [
    {
      path: `/api/v1/namespaces/${namespace}/serviceaccounts/${name}`,
      object: { apiVersion: "v1", kind: "ServiceAccount", metadata: { name, namespace } },
    },
    { path: `${rbac}/clusterroles/${role.name}`, object: { ...head("ClusterRole"), rules } },
    {
      path: `${rbac}/clusterrolebindings/${role.name}`,
      object: { ...head("ClusterRoleBinding"), roleRef: role, subjects },
    },
  ];
}

function renderPod(): object {
  const probe = (path: string, port: number) => ({ httpGet: { path, port } });
  const container = {
    name,
    image: coreDnsImage,
    imagePullPolicy: "IfNotPresent",
    args: ["-conf", "/etc/coredns/Corefile"],
    ports: [
      { containerPort: 53, name: "dns", protocol: "UDP" },
      { containerPort: 53, name: "dns-tcp", protocol: "TCP" },
      { containerPort: 9153, name: "metrics", protocol: "TCP" },
    ],
    livenessProbe: { ...probe("/health", 8080), initialDelaySeconds: 60 },
    readinessProbe: { ...probe("/ready", 8181), periodSeconds: 2 },
    resources: { requests: { cpu: "100m", memory: "70Mi" }, limits: { memory: "170Mi" } },
    volumeMounts: [{ name: "config-volume", mountPath: "/etc/coredns", readOnly: true }],
  };
  const items = [{ key: "Corefile", path: "Corefile" }];
  return {
    serviceAccountName: name,
    priorityClassName: "system-cluster-critical",
    // The node's own resolver, not this very Service.
    dnsPolicy: "Default",
    containers: [container],
    volumes: [{ name: "config-volume", configMap: { name, items } }],
  };
}

/** CoreDNS as pods of the cluster, with the names that kubeadm gives its objects. The ConfigMap is not among them. */
export function renderDnsObjects(): readonly PlacedObject[] {
  const deployment = {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: renderPod() },
    },
  };
  const ports = [
    { name: "dns", port: 53, targetPort: 53, protocol: "UDP" },
    { name: "dns-tcp", port: 53, targetPort: 53, protocol: "TCP" },
    { name: "metrics", port: 9153, targetPort: 9153, protocol: "TCP" },
  ];
  const service = {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "kube-dns", namespace, labels: { ...labels, "kubernetes.io/name": "CoreDNS" } },
    spec: { clusterIP: addresses.dns, selector: labels, ports },
  };
  return [
    ...renderAccess(),
    { path: `/apis/apps/v1/namespaces/${namespace}/deployments/${name}`, object: deployment },
    { path: `/api/v1/namespaces/${namespace}/services/kube-dns`, object: service },
  ];
}

/** The ConfigMap with the Corefile. It is made once: what others changed in it stays at the next start. */
export function renderDnsConfig(): PlacedObject {
  return {
    path: `/api/v1/namespaces/${namespace}/configmaps/${name}`,
    object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace }, data: { Corefile: corefile } },
  };
}
