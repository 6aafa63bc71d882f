import { managedNamespaces } from "../model/flows";
import { becauseAnnotation, type Manifest } from "./manifest";
import type { Model } from "../model/model";
import { ingressGateway } from "../platform/services";
import { renderPublicObjects } from "./public-objects";

const apiVersion = "admissionregistration.k8s.io/v1";

interface Validation {
  /** CEL that is true of what is admitted; an unset field is asked for with has(). */
  readonly expression: string;
  readonly message: string;
}

interface Guard {
  readonly name: string;
  readonly because: string;
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly apiVersions: readonly string[];
    readonly resources: readonly string[];
    readonly operations: readonly string[];
  }[];
  readonly variables?: readonly { readonly name: string; readonly expression: string }[];
  readonly validations: readonly Validation[];
}

const changes = ["CREATE", "UPDATE"];

function quote(texts: readonly (string | number)[]): string {
  return JSON.stringify(texts);
}

function serviceGuard({ options }: Model): Guard {
  const { namespaces, ingress } = options;
  const name = ingressGateway.serviceAccount;
  const own = `${namespaces.ingress}/${name}`;
  const { type = "LoadBalancer", statusPort = false } = ingress.service ?? {};
  const ports = [
    ...new Set([ingressGateway.httpPort, ingress.port, ...(statusPort ? [ingressGateway.statusPort] : [])]),
  ];
  const isGateway = `has(object.metadata.name) && object.metadata.name == "${name}" && object.metadata.namespace == "${namespaces.ingress}"`;
  return {
    name: "agyn-services",
    because: "Only the ingress gateway is public; every other Service is reachable inside of the cluster alone.",
    rules: [{ apiGroups: [""], apiVersions: ["v1"], resources: ["services"], operations: changes }],
    variables: [{ name: "isGateway", expression: isGateway }],
    validations: [
      {
        expression: `!has(object.spec.type) || object.spec.type == "ClusterIP" || (variables.isGateway && object.spec.type == "${type}")`,
        message: `Services here are of type ClusterIP; only ${own} may be a ${type}. Publish through ingress.hosts instead. An HTTP-01 solver needs serviceType: ClusterIP in its issuer.`,
      },
      {
        expression: `!has(object.spec.externalIPs) || size(object.spec.externalIPs) == 0`,
        message:
          "Services here have no externalIPs: they would take over traffic for addresses outside of the cluster.",
      },
      {
        expression: `!variables.isGateway || object.spec.ports.all(p, p.port in ${quote(ports)})`,
        message: `${own} publishes the ports ${ports.join(" and ")} alone.`,
      },
    ],
  };
}

// Ephemeral containers come by another resource, `pods/ephemeralcontainers`, and can be privileged like any other.
function podGuard(): Guard {
  const lists = ["containers", "initContainers", "ephemeralContainers"];
  const every = (test: string) =>
    lists.map((list) => `(!has(object.spec.${list}) || object.spec.${list}.all(c, ${test}))`).join(" && ");
  const unset = ["hostNetwork", "hostPID", "hostIPC"].map((key) => `(!has(object.spec.${key}) || !object.spec.${key})`);
  return {
    name: "agyn-pods",
    because: "A pod with its node's network or privileges is past every network policy.",
    rules: [
      {
        apiGroups: [""],
        apiVersions: ["v1"],
        resources: ["pods", "pods/ephemeralcontainers"],
        operations: changes,
      },
    ],
    validations: [
      {
        expression: unset.join(" && "),
        message: "Pods here do not share their node's network, processes or IPC (hostNetwork, hostPID, hostIPC).",
      },
      {
        expression: every("!has(c.ports) || c.ports.all(p, !has(p.hostPort) || p.hostPort == 0)"),
        message: "Pods here take no port of their node (hostPort): network policies do not guard it. Use a Service.",
      },
      {
        expression: every(
          "!has(c.securityContext) || !has(c.securityContext.privileged) || !c.securityContext.privileged",
        ),
        message:
          "Containers here are not privileged: they could take the network policies away. Add single capabilities.",
      },
    ],
  };
}

function gatewayGuard(model: Model): Guard {
  const { foundation, routes, inOverlay } = renderPublicObjects(model);
  const doors = [...foundation, ...routes, ...inOverlay].filter(({ kind }) => kind === "Gateway" || kind === "Ingress");
  const names = doors.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
  const keys = doors.map(({ apiVersion: version }, index) => `${version.split("/")[0]}/${names[index]}`);
  const istio = { apiGroups: ["networking.istio.io"], resources: ["gateways"] };
  const others = [
    { apiGroups: ["gateway.networking.k8s.io"], resources: ["gateways"] },
    { apiGroups: ["networking.k8s.io"], resources: ["ingresses"] },
  ];
  const key = '(request.resource.group + "/" + object.metadata.namespace + "/" + object.metadata.name)';
  return {
    name: "agyn-gateways",
    because: "One door to the public: a second Gateway would publish a backend that nobody reviewed.",
    rules: [istio, ...others].map((rule) => ({ ...rule, apiVersions: ["*"], operations: changes })),
    validations: [
      {
        expression: `has(object.metadata.name) && ${key} in ${quote(keys)}`,
        message: `The public Gateways are ${names.join(" and ")}. Add a host to ingress.hosts instead.`,
      },
    ],
  };
}

function toManifests(
  { name, because, rules, variables, validations }: Guard,
  namespaces: readonly string[],
): Manifest[] {
  const metadata = { name, annotations: { [becauseAnnotation]: because } };
  const key = "kubernetes.io/metadata.name";
  const namespaceSelector = { matchExpressions: [{ key, operator: "In", values: namespaces }] };
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: {
        failurePolicy: "Fail",
        matchConstraints: { resourceRules: rules },
        ...(variables && { variables }),
        validations,
      },
    },
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: { policyName: name, validationActions: ["Deny"], matchResources: { namespaceSelector } },
    },
  ];
}

/**
 * What keeps pods and Services of the managed namespaces from being reachable past the network policies: admission
 * policies in CEL, each with its binding. They refuse new and changed objects, and leave alone what exists.
 */
export function renderAdmissionGuard(model: Model): readonly Manifest[] {
  const namespaces = managedNamespaces(model);
  return [serviceGuard(model), podGuard(), gatewayGuard(model)].flatMap((guard) => toManifests(guard, namespaces));
}
