import type { Model } from "../../../access/model/model";
import { findStore, isStoreName } from "../../../access/platform/services";
import { callerNamespaces } from "../../../cli/preflight/checks/accounts";
import type { PublicCertificate } from "./certificates";

/** An object of the cluster, complete enough for an API server to take it. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
  };
  readonly [field: string]: unknown;
}

/** Where the ingress of the healthy installation answers. */
export const ingressAddress = "127.0.0.1";

const container = (name: string, image = name) => ({ name, image });

function pod(
  name: string,
  namespace: string,
  serviceAccountName: string,
  labels: Record<string, string>,
): ClusterObject {
  const containers = [container(name), container("istio-proxy")];
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name: `${name}-0`, namespace, labels },
    spec: { serviceAccountName, automountServiceAccountToken: false, containers },
    status: { phase: "Running" },
  };
}

function service(name: string, namespace: string, ports: readonly object[], more: object = {}): ClusterObject {
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec: { ports, ...more } };
}

const account = (name: string, namespace: string): ClusterObject => ({
  apiVersion: "v1",
  kind: "ServiceAccount",
  metadata: { name, namespace },
});

function workload(name: string, labels: Record<string, string>, image: string, more: object = {}) {
  const template = { metadata: { labels }, spec: { containers: [container(name, image)] } };
  return { apiVersion: "apps/v1", metadata: { name, ...more }, spec: { selector: { matchLabels: labels }, template } };
}

function platformObjects({ services, calls, options }: Model): ClusterObject[] {
  const { platform } = options.namespaces;
  const stores = [...new Set(calls.map(({ callee }) => callee))].filter(isStoreName);
  return [
    ...services.map(({ name, serviceAccount, selector }) => pod(name, platform, serviceAccount, { ...selector })),
    ...stores.map((name) => pod(name, platform, name, { ...findStore(name).selector })),
    ...services.filter(({ ports }) => ports.length > 0).map(({ name, ports }) => service(name, platform, ports)),
    ...stores.map((name) => {
      const { port, protocol } = findStore(name);
      return service(name, platform, [{ name: protocol === "http" ? "http" : "tcp-store", port }]);
    }),
  ];
}

function operatorsObjects({ options }: Model): ClusterObject[] {
  const { mesh, ingress } = options.namespaces;
  const istiod = workload("istiod", { app: "istiod" }, "istio/pilot:1.30.8", {
    namespace: mesh,
    labels: { app: "istiod" },
  });
  const ports = [{ name: "https", port: 443 }];
  const status = { loadBalancer: { ingress: [{ ip: ingressAddress }] } };
  return [
    { kind: "Deployment", ...istiod },
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "istio", namespace: mesh },
      data: { mesh: `rootNamespace: ${mesh}\ntrustDomain: ${options.mesh.trustDomain}\n` },
    },
    {
      apiVersion: "admissionregistration.k8s.io/v1",
      kind: "MutatingWebhookConfiguration",
      metadata: {
        name: "istio-sidecar-injector",
        labels: { app: "sidecar-injector", "istio.io/rev": "default" },
      },
    },
    { kind: "DaemonSet", ...workload("calico-node", { app: "calico" }, "calico/node:3", { namespace: "kube-system" }) },
    { ...service("istio-ingressgateway", ingress, ports, { type: "LoadBalancer" }), status },
  ];
}

/** The Secret of the public certificate, as cert-manager writes it. */
export function certificateSecret({ options }: Model, { chain, key, authority }: PublicCertificate): ClusterObject {
  const encode = (text: string) => Buffer.from(text).toString("base64");
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/tls",
    metadata: { name: "agyn-public-hosts-tls", namespace: options.namespaces.ingress },
    data: { "tls.crt": encode(chain), "tls.key": encode(key), "ca.crt": encode(authority) },
  };
}

/** What a healthy installation has besides what the program makes: workloads, the operator's Istio, cert-manager's Secret. */
export function surroundingObjects(model: Model, certificate: PublicCertificate): ClusterObject[] {
  const callers = callerNamespaces(model).flatMap((namespace) =>
    model.calls
      .flatMap(({ caller }) => (caller.kind === "anyone" ? [] : [caller.principal]))
      .filter((caller) => caller.namespace === namespace)
      .map(({ serviceAccount }) => account(serviceAccount, namespace)),
  );
  // The operator's controller lives there.
  const overlay = { apiVersion: "v1", kind: "Namespace", metadata: { name: model.options.namespaces.overlay } };
  const all = [
    overlay,
    ...callers,
    ...operatorsObjects(model),
    certificateSecret(model, certificate),
    ...platformObjects(model),
  ];
  return [...new Map(all.map((object) => [pathOf(object), object])).values()];
}

const plurals: Readonly<Record<string, string>> = {
  AuthorizationPolicy: "authorizationpolicies",
  NetworkPolicy: "networkpolicies",
};

/** Path of an object below the address of the API server. */
export function pathOf({
  apiVersion,
  kind,
  metadata,
}: Pick<ClusterObject, "apiVersion" | "kind" | "metadata">): string {
  const prefix = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  const place = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${prefix}${place}/${plurals[kind] ?? `${kind.toLowerCase()}s`}/${metadata.name}`;
}
