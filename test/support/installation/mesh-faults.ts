import { at, platform, withSpec, type Fault } from "./fault";
import type { ClusterObject } from "./objects";

const istio = "security.istio.io/v1";
const policy = (name: string) => at(istio, "AuthorizationPolicy", platform, name);
const strict = at(istio, "PeerAuthentication", "istio-system", "default");

function withPrincipal(principal: string) {
  return (object: ClusterObject): ClusterObject => {
    const spec = object.spec as { rules: object[] };
    const [first, ...rest] = spec.rules;
    const rules = [{ ...first, from: [{ source: { principals: [principal] } }] }, ...rest];
    return { ...object, spec: { ...spec, rules } };
  };
}

function mesh(kind: string, name: string, namespace: string, spec: object): ClusterObject {
  return { apiVersion: istio, kind, metadata: { name, namespace }, spec };
}

/** What goes wrong with the mesh. */
export const meshFaults: readonly Fault[] = [
  {
    title: "a deleted policy",
    inject: (world) => world.remove(policy("runners")),
    check: "policies",
    subject: /AuthorizationPolicy agyn-platform\/runners$/,
    cause: /is missing: who may call runners/,
  },
  {
    title: "a policy with a wrong principal",
    inject: (world) => world.change(policy("secrets"), withPrincipal("cluster.local/ns/default/sa/default")),
    check: "policies",
    subject: /agyn-platform\/secrets$/,
    cause: /changed by hand at spec\.rules\[0\]\.from/,
  },
  {
    title: "a deleted allow-nothing",
    inject: (world) => world.remove(policy("allow-nothing")),
    check: "policies",
    subject: /allow-nothing$/,
    cause: /what no policy names is open/,
  },
  {
    title: "somebody else's policy that allows",
    inject: (world) => world.add(mesh("AuthorizationPolicy", "debug", platform, { rules: [{}] })),
    check: "policies",
    subject: /agyn-platform\/debug$/,
    cause: /not of the program and allows/,
  },
  {
    title: "somebody else's policy that denies",
    inject: (world) => world.add(mesh("AuthorizationPolicy", "freeze", platform, { action: "DENY", rules: [{}] })),
    check: "policies",
    verdict: "warn",
    subject: /agyn-platform\/freeze$/,
    cause: /RBAC: access denied/,
  },
  {
    title: "PERMISSIVE for the whole mesh",
    inject: (world) => world.change(strict, withSpec({ mtls: { mode: "PERMISSIVE" } })),
    check: "strict",
    subject: /PeerAuthentication istio-system\/default$/,
    cause: /changed by hand at spec\.mtls\.mode/,
  },
  {
    title: "no PeerAuthentication",
    inject: (world) => world.remove(strict),
    check: "strict",
    subject: /istio-system\/default$/,
    cause: /is missing: mutual TLS/,
  },
  {
    title: "somebody else's PERMISSIVE in the platform",
    inject: (world) => world.add(mesh("PeerAuthentication", "legacy", platform, { mtls: { mode: "PERMISSIVE" } })),
    check: "strict",
    subject: /agyn-platform\/legacy$/,
    cause: /sets PERMISSIVE/,
  },
  {
    title: "a pod without a sidecar",
    inject: (world) =>
      world.add({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "chat-1", namespace: platform, labels: { "app.kubernetes.io/name": "chat" } },
        spec: {
          serviceAccountName: "chat",
          automountServiceAccountToken: false,
          containers: [{ name: "chat", image: "chat" }],
        },
        status: { phase: "Running" },
      }),
    check: "sidecars",
    subject: /pod chat-1/,
    cause: /webhook did not answer|older than the label/,
  },
  {
    title: "pods under another ServiceAccount",
    inject: (world) =>
      world.add({
        apiVersion: "v1",
        kind: "Pod",
        metadata: { name: "users-1", namespace: platform, labels: { "app.kubernetes.io/name": "users" } },
        spec: {
          serviceAccountName: "metering",
          automountServiceAccountToken: false,
          containers: ["users", "istio-proxy"].map((name) => ({ name, image: name })),
        },
        status: { phase: "Running" },
      }),
    check: "accounts",
    subject: /pods of users/,
    cause: /run as metering/,
  },
  {
    title: "the gateway's ServiceAccount is gone",
    inject: (world) => world.remove("/api/v1/namespaces/istio-gateway/serviceaccounts/istio-ingressgateway"),
    check: "accounts",
    subject: /istio-gateway\/istio-ingressgateway/,
    cause: /does not exist/,
  },
];
