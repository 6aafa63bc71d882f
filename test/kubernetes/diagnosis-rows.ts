import type { Observed } from "../../kubernetes/diagnosis/objects";
import {
  claim,
  crashed,
  eventOf,
  image,
  loadBalancer,
  logOf,
  namespace,
  podWith,
  replicaSet,
  unscheduled,
  waiting,
} from "./observed";

/** Something that a cluster shows, and what has to be said of it. */
export interface Row {
  readonly id: string;
  readonly observed: Partial<Observed>;
  /** Parts of cause, fix or evidence that a person needs. */
  readonly says: readonly RegExp[];
}

const finalizers = "Some content in the namespace has finalizers remaining: example.com/x in 1 resource instances";
const pulling = 'Failed to pull image "x": rpc error: code = ';
/** StorageClasses, none of them the default. */
export const classes = [{ metadata: { name: "slow" } }];
/** What the kubelet says while a Secret is not there. */
export const mount = 'MountVolume.SetUp failed for volume "credential" : secret "ziti-router-enrollment" not found';
const ends = "unable to create new content in namespace istio-gateway because it is being terminated";
/** A cluster with one pod. */
export const pods = (pod: Observed["pods"][number], more: Partial<Observed> = {}) => ({ pods: [pod], ...more });

/** One row per case at least. */
export const rows: readonly Row[] = [
  { id: "not-injected", observed: pods(waiting("ErrImagePull", "x", { image: "auto" })), says: [/injection=disabled/] },
  {
    id: "image-refused",
    observed: pods(waiting("ErrImagePull", `${pulling}Unknown desc = pull access denied`)),
    says: [/images\.pullSecrets/],
  },
  {
    id: "image-rate-limit",
    observed: pods(waiting("ErrImagePull", `${pulling}Unknown desc = 429 Too Many Requests - toomanyrequests`)),
    says: [/images\.registry/],
  },
  {
    id: "image-missing",
    observed: pods(waiting("ImagePullBackOff", `Back-off pulling image "${image}"`), {
      events: [eventOf("Failed", `${pulling}NotFound desc = manifest unknown: not found`)],
    }),
    says: [/no image "docker.io\/istio\/proxyv2:1.31.0"/, /manifest unknown/],
  },
  {
    id: "registry-unreachable",
    observed: pods(waiting("ErrImagePull", `${pulling}Unknown desc = dial tcp: lookup docker.io: no such host`)),
    says: [/cannot reach the registry/],
  },
  { id: "image-not-loaded", observed: pods(waiting("ErrImageNeverPull", "not present")), says: [/Load the image/] },
  {
    id: "image-pull",
    observed: pods(waiting("ImagePullBackOff", "Back-off pulling image")),
    says: [/cannot be pulled/],
  },
  {
    id: "object-missing",
    observed: pods(waiting("CreateContainerConfigError", 'secret "ziti-management-database" not found')),
    says: [/needs the Secret "ziti-management-database"/, /Create it/],
  },
  {
    id: "key-missing",
    observed: pods(waiting("CreateContainerConfigError", "couldn't find key url in Secret istio-gateway/db")),
    says: [/no key url in Secret istio-gateway\/db/],
  },
  {
    id: "run-as-root",
    observed: pods(
      waiting(
        "CreateContainerConfigError",
        "container has runAsNonRoot and image has non-numeric user (app), cannot verify user is non-root",
      ),
    ),
    says: [/numeric user/, /runAsUser/],
  },
  {
    id: "not-created",
    observed: pods(waiting("RunContainerError", "failed to create shim task")),
    says: [/cannot start it/, /kubectl -n istio-gateway describe pod istio-ingressgateway-6c7f9d5b8-x2x9z/],
  },
  { id: "out-of-memory", observed: pods(crashed(137, "OOMKilled")), says: [/memory limit/] },
  {
    id: "wrong-architecture",
    observed: pods(crashed(1), { logs: logOf("exec /bin/envoy: exec format error") }),
    says: [/architecture/],
  },
  {
    id: "token-spent",
    observed: pods(crashed(1), { logs: logOf("enroll failed: INVALID_ENROLLMENT_TOKEN") }),
    says: [/enrollment token/],
  },
  {
    id: "name-unresolved",
    observed: pods(crashed(1), {
      logs: logOf("dial tcp: lookup ziti.agyn.localhost on 10.96.0.10:53: server misbehaving"),
    }),
    says: [/does not resolve/, /overlay\.clusterDns/, /log: dial tcp: lookup ziti\.agyn\.localhost/],
  },
  {
    id: "certificate-refused",
    observed: pods(crashed(1), { logs: logOf("x509: certificate is valid for a, not b") }),
    says: [/certificate of a peer/, /valid for a, not b/],
  },
  {
    id: "crash",
    observed: pods(crashed(2), { logs: logOf("panic: nil", "goroutine 1") }),
    says: [/exit code 2/, /log: panic: nil/, /kubectl -n istio-gateway logs .* --previous/],
  },
  {
    id: "probe-failed",
    observed: pods(podWith({ state: { running: {} } }, "Running"), {
      events: [eventOf("Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 503")],
    }),
    says: [/a probe of it fails/, /statuscode: 503/],
  },
  { id: "not-started", observed: pods(waiting("SomethingNew", "words")), says: [/SomethingNew/, /words/] },
  {
    id: "node-too-small",
    observed: pods(
      unscheduled("0/1 nodes are available: 1 Insufficient cpu, 1 Insufficient memory. preemption: none."),
    ),
    says: [/no node has cpu and memory left/, /Add a node/, /0\/1 nodes/],
  },
  {
    id: "volume-pending",
    observed: pods(unscheduled("0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.")),
    says: [/kubectl get pvc/],
  },
  {
    id: "node-tainted",
    observed: pods(
      unscheduled("0/1 nodes are available: 1 node(s) had untolerated taint {node.kubernetes.io/not-ready: }."),
    ),
    says: [/node\.kubernetes\.io\/not-ready/],
  },
  { id: "no-node", observed: pods(unscheduled("no nodes available to schedule pods")), says: [/Add a node/] },
  { id: "unschedulable", observed: pods(unscheduled("1 node(s) didn't match affinity")), says: [/describe nodes/] },
  {
    id: "mount-object-missing",
    observed: pods(waiting("ContainerCreating"), { events: [eventOf("FailedMount", mount)] }),
    says: [/mounts the Secret "ziti-router-enrollment"/, /cert-manager/],
  },
  {
    id: "mount-failed",
    observed: pods(waiting("ContainerCreating"), { events: [eventOf("FailedAttachVolume", "timed out")] }),
    says: [/volume of it cannot be mounted/],
  },
  {
    id: "no-network",
    observed: pods(waiting("ContainerCreating"), { events: [eventOf("FailedCreatePodSandBox", "plugin type=cni")] }),
    says: [/network plugin/],
  },
  {
    id: "evicted",
    observed: pods({
      ...podWith({}),
      status: { phase: "Failed", reason: "Evicted", message: "The node was low on resource: memory." },
    }),
    says: [/low on resource: memory/],
  },
  {
    id: "pod-not-ready",
    observed: pods({ ...podWith({}), status: { phase: "Failed", reason: "Strange" } }),
    says: [/Strange/, /get events/],
  },
  {
    id: "pod-security",
    observed: {
      controllers: [
        replicaSet(
          'pods "x" is forbidden: violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false',
        ),
      ],
    },
    says: [/PodSecurity "restricted:latest", which/, /pod-security\.kubernetes\.io\/enforce/],
  },
  {
    id: "quota",
    observed: { controllers: [replicaSet('pods "x" is forbidden: exceeded quota: small, requested: pods=1')] },
    says: [/quota "small"/],
  },
  {
    id: "webhook-down",
    observed: {
      controllers: [
        replicaSet('Internal error occurred: failed calling webhook "rev.namespace.sidecar-injector.istio.io"'),
      ],
    },
    says: [/rev\.namespace\.sidecar-injector\.istio\.io/],
  },
  {
    id: "webhook-denied",
    observed: { controllers: [replicaSet('admission webhook "deny.example" denied the request: no')] },
    says: [/deny\.example/],
  },
  {
    id: "account-missing",
    observed: { controllers: [replicaSet('error looking up service account a/b: serviceaccount "b" not found')] },
    says: [/ServiceAccount/],
  },
  { id: "namespace-ends", observed: { controllers: [replicaSet(ends)] }, says: [/is being deleted/] },
  { id: "pods-refused", observed: { controllers: [replicaSet("out of spite")] }, says: [/out of spite/] },
  {
    id: "no-default-storage-class",
    observed: { claims: [claim()], storageClasses: classes },
    says: [/StorageClasses: slow/, /is-default-class=true/, /storage\.className/],
  },
  {
    id: "unknown-storage-class",
    observed: { claims: [claim("fast")], storageClasses: classes },
    says: [/wanted: fast; StorageClasses: slow/],
  },
  {
    id: "not-provisioned",
    observed: {
      ...{ claims: [claim("slow")], storageClasses: classes },
      events: [eventOf("ProvisioningFailed", "quota of disks", "ziti-controller", undefined)],
    },
    says: [/quota of disks/],
  },
  {
    id: "no-load-balancer",
    observed: { services: [loadBalancer] },
    says: [/no load balancer/, /MetalLB/, /ingress\.service\.type/],
  },
  {
    id: "namespace-terminating",
    observed: {
      namespaces: [
        {
          metadata: { name: namespace, deletionTimestamp: "2026-01-01T00:00:00Z" },
          status: { conditions: [{ type: "NamespaceFinalizersRemaining", status: "True", message: finalizers }] },
        },
      ],
    },
    says: [/being deleted/, /finalizers remaining: example\.com\/x/],
  },
];
