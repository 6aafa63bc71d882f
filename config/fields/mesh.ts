import { both, perProfile, unset, value, type Fields } from "../field";
import type { ExtraCaller, MeshException, RenamedAccount, RetainedRevision } from "../settings";
import { either, listOf, optional, record } from "../values/collections";
import { date } from "../values/date";
import { labelName, pattern, trustDomain } from "../values/names";
import { portNumber } from "../values/network";
import { flag, oneOf, text } from "../values/value-type";

const because = text("the reason, in a sentence");
const methodNames = listOf(text("the name of an RPC"), '"*" or a list of RPC names', 1);

// Names are held against the platform by a rule: here they would hide what else is wrong with the same entry.
const extraCaller = record<ExtraCaller>({
  service: text("the name of a platform service"),
  methods: either(oneOf("*"), methodNames),
  namespace: text("a namespace name"),
  serviceAccount: text("the name of a ServiceAccount"),
  because,
  expires: optional(date),
});

const meshException = record<MeshException>({
  workload: optional(text("the name of a workload")),
  port: optional(portNumber),
  namespace: optional(text("a namespace name")),
  mode: oneOf("PERMISSIVE", "DISABLE"),
  because,
});

const renamedAccount = record<RenamedAccount>({
  service: text("the name of a platform workload"),
  serviceAccount: text("the name of a ServiceAccount"),
});

const retainedRevision = record<RetainedRevision>({
  revision: labelName("an Istio revision"),
  version: pattern("a version like 1.30.4", /^\d+\.\d+\.\d+(-[0-9A-Za-z.]+)?$/),
});

/** The Istio mesh. */
export const meshFields = {
  "mesh.manage": {
    type: flag,
    help: "Install Istio. Off: istiod and the ingress gateway are there already, and only policies and routes are added.",
    example: false,
    ...perProfile(value(true), value(false)),
  },
  "mesh.trustDomain": {
    type: trustDomain,
    help: "Trust domain of the mesh: the first part of every caller's principal. It must be what istiod runs with.",
    example: "cluster.local",
    ...both(value("cluster.local")),
  },
  "mesh.extraCallers": {
    type: listOf(extraCaller, "a list of callers: service, methods, namespace, serviceAccount, because, expires?"),
    help: 'Callers of your own that platform services accept. `methods` is `"*"` or a list of RPC names; `because` goes into the explanation of the policy; `expires` is the last day (UTC), after which runs fail until the entry is renewed or removed.',
    example: [
      {
        service: "runners",
        methods: ["CreateWorkload"],
        namespace: "reconcilers",
        serviceAccount: "workload-reconciler",
        because: "our reconciler starts workloads by itself",
        expires: "2031-12-31",
      },
    ],
    ...both(value([])),
  },
  "mesh.exceptions": {
    type: listOf(meshException, "a list of exceptions: workload?, port?, namespace?, mode, because"),
    help: "Where the mesh does not insist on mutual TLS. `port` is the pod's; `namespace` is the platform's unless given. Production accepts one port of one workload each; without a port a whole workload opens, without a workload a whole namespace.",
    example: [
      { workload: "metering", port: 9090, mode: "PERMISSIVE", because: "our Prometheus runs outside of the mesh" },
    ],
    ...both(value([])),
  },
  "mesh.serviceAccounts": {
    type: listOf(renamedAccount, "a list of renamed ServiceAccounts: service, serviceAccount"),
    help: "ServiceAccounts that are not called like their workload; every principal follows them. Workloads are the platform's services, `openfga`, and `istio-ingressgateway` where the mesh is yours.",
    example: [{ service: "runners", serviceAccount: "agyn-runners" }],
    ...both(value([])),
  },
  "mesh.revision": {
    type: labelName("an Istio revision, as in the label istio.io/rev"),
    help: "Istio revision of new sidecars, for upgrades beside a running control plane. Unset: the unnamed revision, which Istio calls `default`.",
    example: "1-31-4",
    ...both(unset),
  },
  "mesh.retained": {
    type: listOf(retainedRevision, "a list of revisions: revision, version"),
    help: "Control planes of older revisions that stay while pods with their sidecars run; `default` is the unnamed one. Remove an entry once the last such pod was restarted.",
    example: [{ revision: "1-30-8", version: "1.30.8" }],
    ...both(value([])),
  },
} satisfies Partial<Fields>;
