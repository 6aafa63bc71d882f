import { ingressEntry } from "../entry";
import type { Model } from "../model";
import { ingressGateway } from "../../platform/services";
import { entryPods, platformPods, solverPods } from "./ends";
import { tcp, type Flow } from "./flow";

/** Pod port on which cert-manager answers an HTTP-01 challenge. */
const solverPort = 8089;

// Istio's chart maps the public port to 443 of its pods; pods that Istio makes for a Gateway listen on the port itself.
function gatewayFlows({ options }: Model): readonly Flow[] {
  const { provider, port } = options.ingress;
  if (ingressEntry(options).selector === undefined) return [];
  const health = options.ingress.service?.statusPort === true ? [ingressGateway.statusPort] : [];
  const ports = tcp(ingressGateway.httpPort, provider === "gateway-api" ? port : 443, ...health);
  // Whatever leads here: a load balancer, a port of each node or what the operator put in front. Nodes may write their own
  // address into what they pass on, so no rule can name a source.
  const because = "The public reaches the ingress gateway, and nothing else.";
  return entryPods(options).map((to) => ({ purpose: "public", from: { kind: "anyone" }, to, ports, because }));
}

// A controller with an identity is a caller of the model; one that comes in plaintext is known by its pods alone.
function plaintextFlows({ exposures, options }: Model): readonly Flow[] {
  if (ingressEntry(options).caller !== undefined) return [];
  const routes = exposures.flatMap((exposure) => exposure.routes);
  const backends = new Map(routes.map(({ backend, port }) => [`${backend}:${port}`, { backend, port }]));
  return entryPods(options).flatMap((from) =>
    [...backends.values()].map(({ backend, port }): Flow => ({
      purpose: "public",
      from,
      to: platformPods(options, backend),
      ports: tcp(port),
      because: `The ingress serves the public hosts of ${backend}; ${backend} authenticates its users itself.`,
    })),
  );
}

/** The public's way in: to the gateway, from a controller without identity to the routed backends, and to solvers. */
export function publicFlows(model: Model): readonly Flow[] {
  return [
    ...gatewayFlows(model),
    ...plaintextFlows(model),
    ...entryPods(model.options).map((from): Flow => ({
      purpose: "acme",
      from,
      to: solverPods(model.options),
      ports: tcp(solverPort),
      because: "While an HTTP-01 challenge lasts, the certificate authority reads its answer through the ingress.",
    })),
  ];
}
