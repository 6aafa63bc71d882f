import { both, perProfile, value, type Fields } from "../field";
import type { ExtraCaller, InternetEgress } from "../settings";
import { either, listOf, record } from "../values/collections";
import { labelName, objectName, pattern } from "../values/names";
import { addressBlock, boundedBlock } from "../values/network";
import { alwaysFalse, flag, oneOf, text } from "../values/value-type";

const service = labelName("the name of a platform service");
const because = text("the reason, in a sentence");
const methodNames = listOf(
  pattern("the name of an RPC", /^[A-Za-z][A-Za-z0-9]*([./][A-Za-z][A-Za-z0-9]*)*$/),
  '"*" or a list of RPC names',
  1,
);

const extraCaller = record<ExtraCaller>({
  service,
  methods: either(oneOf("*"), methodNames),
  namespace: labelName("a namespace name"),
  serviceAccount: objectName("the name of a ServiceAccount"),
  because,
});

const internetEgress = record<InternetEgress>({
  service,
  destinations: listOf(addressBlock, "a list of address blocks", 1),
  because,
});

/** The Istio mesh and the network policies. */
export const meshFields = {
  "mesh.manage": {
    type: flag,
    help: "Install Istio. Off: istiod and the ingress gateway are there already, and only policies and routes are added.",
    example: false,
    ...perProfile(value(true), value(false)),
  },
  "mesh.trustDomain": {
    type: pattern('a trust domain: a-z, 0-9, ".", "-" and "_"', /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/),
    help: "Trust domain of the mesh: the first part of every caller's principal. It must be what istiod runs with.",
    example: "cluster.local",
    ...both(value("cluster.local")),
  },
  "mesh.extraCallers": {
    type: listOf(extraCaller, "a list of callers: service, methods, namespace, serviceAccount, because"),
    help: 'Callers of your own that platform services accept. `methods` is `"*"` or a list of RPC names; `because` goes into the explanation of the policy.',
    example: [
      {
        service: "runners",
        methods: ["CreateWorkload"],
        namespace: "reconcilers",
        serviceAccount: "workload-reconciler",
        because: "our reconciler starts workloads by itself",
      },
    ],
    ...both(value([])),
  },
  "networkPolicies.enabled": {
    type: flag,
    help: "Create network policies: agents reach the overlay only, and nothing but the LLM Proxy reaches the internet.",
    example: true,
    ...both(value(false)),
  },
  "networkPolicies.llmProviders": {
    type: listOf(boundedBlock, "a list of address blocks"),
    help: "Address blocks of the LLM providers that the LLM Proxy may reach. Host names do not work: a NetworkPolicy matches addresses.",
    example: ["203.0.113.0/24"],
    ...both(value([])),
  },
  "networkPolicies.internetEgress": {
    type: listOf(internetEgress, "a list of exceptions: service, destinations, because"),
    help: "Further services that may leave the cluster, and where to.",
    example: [
      { service: "gateway", destinations: ["198.51.100.7/32"], because: "the OIDC issuer is outside the cluster" },
    ],
    ...both(value([])),
  },
  "networkPolicies.admission": {
    type: alwaysFalse,
    help: "Refuse public Services at admission. Not available in this version.",
    example: false,
    ...both(value(false)),
  },
  "networkPolicies.cni": {
    type: oneOf("any"),
    help: "The network plugin to write policies for. `any`: standard NetworkPolicy objects only.",
    example: "any",
    ...both(value("any")),
  },
} satisfies Partial<Fields>;
