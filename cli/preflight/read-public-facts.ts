import type { Model } from "../../access/model/model";
import { certificateNamespace } from "../../access/model/certificate-namespace";
import type { ApiServer } from "../../kubernetes/api-server";
import type { Reading } from "../../kubernetes/reading";
import { readServed } from "./read-facts";
import type { Conditioned, Gateway, PublicFacts } from "./public-facts";

const gatewayApi = "gateway.networking.k8s.io";
const bundleAnnotation = `${gatewayApi}/bundle-version`;

function readList<T>(
  api: ApiServer,
  group: string,
  plural: string,
  namespace?: string,
): Promise<Reading<readonly T[]>> {
  const inside = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const permission = { verb: "list", resource: `${plural}.${group}`, namespace } as const;
  return api.list<T>(`/apis/${group}/v1${inside}/${plural}`, permission);
}

/** Reads what the checks of the public side need, all at once. */
export async function readPublicFacts(api: ApiServer, model: Model): Promise<PublicFacts> {
  const { provider, tls } = model.options.ingress;
  const isGatewayApi = provider === "gateway-api";
  const nothing = Promise.resolve({ value: [] });
  const [issuers, classes, served, bundle, gateways] = await Promise.all([
    tls.issuer.kind === "ClusterIssuer"
      ? readList<Conditioned>(api, "cert-manager.io", "clusterissuers")
      : readList<Conditioned>(api, "cert-manager.io", "issuers", certificateNamespace(model)),
    readClasses(api, provider),
    isGatewayApi ? readServed(api, `${gatewayApi}/v1`) : nothing,
    isGatewayApi ? readBundle(api) : Promise.resolve({ value: undefined }),
    isGatewayApi || provider === "istio"
      ? readList<Gateway>(api, isGatewayApi ? gatewayApi : "networking.istio.io", "gateways")
      : nothing,
  ]);
  return { issuers, classes, gatewayApi: served, bundle, gateways };
}

function readClasses(api: ApiServer, provider: string): Promise<PublicFacts["classes"]> {
  if (provider === "gateway-api") return readList<Conditioned>(api, gatewayApi, "gatewayclasses");
  if (provider === "ingress") return readList<Conditioned>(api, "networking.k8s.io", "ingressclasses");
  return Promise.resolve({ value: [] });
}

async function readBundle(api: ApiServer): Promise<PublicFacts["bundle"]> {
  const plural = "customresourcedefinitions.apiextensions.k8s.io";
  const path = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gateways.${gatewayApi}`;
  const reading = await api.get<Conditioned>(path, { verb: "get", resource: plural });
  return "value" in reading ? { value: reading.value?.metadata.annotations?.[bundleAnnotation] } : reading;
}
