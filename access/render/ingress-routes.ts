import type { Exposure, Route } from "../model/exposure";
import { groupBy } from "../model/group-by";
import { becauseAnnotation, type Manifest } from "./manifest";
import type { Model } from "../model/model";
import { certificateSecret } from "./certificates";
import { redirectAnnotations, routeAnnotations } from "./traefik-objects";

// Kubernetes has no status for a controller that reports none, and a Pulumi run would wait for it in vain.
const unawaited = { "pulumi.com/skipAwait": "true" };

function toPath({ match, backend, port }: Route) {
  const pathType = match.kind === "exact" ? "Exact" : "Prefix";
  return { path: match.path, pathType, backend: { service: { name: backend, port: { number: port } } } };
}

// What is done to a request is written on the Ingress, so routes that differ in it need an Ingress each.
function treatmentOf({ rewrite, backend }: Route): string {
  return `${backend}${rewrite === undefined ? "" : "-rewritten"}`;
}

function toIngress(exposure: Exposure, treatment: string, routes: readonly Route[], model: Model): Manifest {
  const { ingress, namespaces } = model.options;
  const { name, host, because } = exposure;
  const annotations = ingress.controller.kind === "traefik" ? routeAnnotations(routes[0] as Route, model) : {};
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: `public-${name}-${treatment}`,
      namespace: namespaces.platform,
      annotations: { [becauseAnnotation]: because, ...unawaited, ...annotations },
    },
    spec: {
      ingressClassName: ingress.className,
      tls: [{ hosts: [host], secretName: certificateSecret(model, exposure) }],
      rules: [{ host, http: { paths: routes.map(toPath) } }],
    },
  };
}

function renderRedirect({ options, exposures }: Model): readonly Manifest[] {
  const { ingress, namespaces } = options;
  if (!ingress.redirectHttp || ingress.controller.kind !== "traefik") return [];
  const because = "Whoever types a public host without a scheme ends on TLS.";
  const toRule = ({ host, routes }: Exposure) => ({
    host,
    http: { paths: [toPath({ ...(routes[0] as Route), match: { kind: "prefix", path: "/" } })] },
  });
  const redirect: Manifest = {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: {
      name: "public-redirect",
      namespace: namespaces.platform,
      annotations: { [becauseAnnotation]: because, ...unawaited, ...redirectAnnotations(options) },
    },
    spec: { ingressClassName: ingress.className, rules: exposures.map(toRule) },
  };
  return [redirect];
}

/**
 * The public hosts as Kubernetes Ingress, beside their backends: one object per host and treatment of its requests, and
 * with Traefik one that redirects plain HTTP.
 */
export function renderIngresses(model: Model): readonly Manifest[] {
  const perHost = model.exposures.flatMap((exposure) =>
    [...groupBy(exposure.routes, treatmentOf)].map(([treatment, routes]) =>
      toIngress(exposure, treatment, routes, model),
    ),
  );
  return [...perHost, ...renderRedirect(model)];
}
