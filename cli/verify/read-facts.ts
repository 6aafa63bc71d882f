import { tryFindSharedCertificate } from "../../access/render/certificates";
import type { Model } from "../../access/model/model";
import { podNamespaces } from "../../config/pod-namespaces";
import type { Settings } from "../../config/settings";
import type { ApiServer } from "../../kubernetes/api-server";
import { readObserved } from "../../kubernetes/diagnosis/read-observed";
import type { Reading } from "../../kubernetes/reading";
import { readFacts } from "../preflight/read-facts";
import { privateNamespaces } from "./checks/exposure";
import { meshNamespaces } from "./checks/mesh";
import { closedNamespaces } from "./checks/packets";
import { renderAll } from "../../access/render/render-all";
import type { LiveObject, StoredCertificate, VerifyFacts } from "./facts";
import { readOverlay } from "./read-overlay";
import { readSecret } from "./read-secret";
import { readReachability, type Vantage } from "./read-reachability";

const kinds = {
  PeerAuthentication: { prefix: "/apis/security.istio.io/v1", plural: "peerauthentications" },
  AuthorizationPolicy: { prefix: "/apis/security.istio.io/v1", plural: "authorizationpolicies" },
  NetworkPolicy: { prefix: "/apis/networking.k8s.io/v1", plural: "networkpolicies" },
  Gateway: { prefix: "/apis/networking.istio.io/v1", plural: "gateways" },
  VirtualService: { prefix: "/apis/networking.istio.io/v1", plural: "virtualservices" },
  Certificate: { prefix: "/apis/cert-manager.io/v1", plural: "certificates" },
  Service: { prefix: "/api/v1", plural: "services" },
} as const;
type Kind = keyof typeof kinds;

/** Which lists are read: kinds, and the namespaces of each (empty: the whole cluster). */
function toLists(model: Model): readonly (readonly [Kind, string])[] {
  const expected = renderAll(model).manifests;
  const own = expected.map(({ kind, metadata }) => [kind as Kind, metadata.namespace ?? ""] as const);
  const { ingress } = model.options.namespaces;
  const others = meshNamespaces(model).flatMap((namespace) => [
    ["PeerAuthentication", namespace] as const,
    ["AuthorizationPolicy", namespace] as const,
  ]);
  const lists: (readonly [Kind, string])[] = [
    ...own,
    ...others,
    ...closedNamespaces(expected).map((namespace) => ["NetworkPolicy", namespace] as const),
    ...[...privateNamespaces(model), ingress].map((namespace) => ["Service", namespace] as const),
    ["Certificate", ingress],
    ["VirtualService", ""],
  ];
  return [...new Map(lists.map((list) => [list.join("/"), list])).values()];
}

async function readList(api: ApiServer, kind: Kind, namespace: string) {
  const { prefix, plural } = kinds[kind];
  const group = prefix.split("/")[2];
  const resource = prefix.startsWith("/apis/") && group !== undefined ? `${plural}.${group}` : plural;
  const place = namespace === "" ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const permission = { verb: "list", resource, ...(namespace === "" ? {} : { namespace }) } as const;
  const reading = await api.list<LiveObject>(`${prefix}${place}/${plural}`, permission);
  return [`${kind}/${namespace}`, reading] as const;
}

async function readCertificate(api: ApiServer, model: Model): Promise<Reading<StoredCertificate | undefined>> {
  const shared = tryFindSharedCertificate(model);
  if (shared === undefined) return { reason: "every public host has a certificate of its own" };
  const reading = await readSecret(api, shared.namespace, shared.secret);
  if (!("value" in reading)) return reading;
  const { value: files } = reading;
  return { value: files && { chain: files.get("tls.crt") ?? "", authority: files.get("ca.crt") } };
}

/** Reads everything that the checks need, all at once. Changes nothing. */
export async function readInstallation(
  api: ApiServer,
  model: Model,
  settings: Settings,
  vantage: Vantage,
): Promise<VerifyFacts> {
  const certificate = readCertificate(api, model);
  const lists = toLists(model).map(([kind, namespace]) => readList(api, kind, namespace));
  const [cluster, pods, objects, stored, overlay, reachability] = await Promise.all([
    readFacts(api, model, settings),
    readObserved(api, podNamespaces(settings)),
    Promise.all(lists),
    certificate,
    readOverlay(api, model, settings, vantage),
    readReachability(model, certificate, vantage),
  ]);
  return { now: new Date(), cluster, pods, objects: new Map(objects), certificate: stored, overlay, ...reachability };
}
