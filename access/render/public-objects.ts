import type { Manifest } from "./manifest";
import type { Model } from "../model/model";
import type { IngressProvider } from "../model/options";
import { renderGateway, renderHttpRoutes, renderTlsRoutes } from "./gateway-api-routes";
import { renderIngresses } from "./ingress-routes";
import { renderIstioPassthrough } from "./istio-passthrough";
import { renderIstioGateway, renderVirtualServices } from "./istio-routes";
import { renderTraefikObjects, renderTraefikPassthrough } from "./traefik-objects";

/** What serves the public hosts of one installation, in the order in which the objects refer to each other. */
interface PublicObjects {
  /** What routes refer to. */
  readonly foundation: readonly Manifest[];
  /** The routes of the public hosts, and what passes the overlay's names through where that is beside them. */
  readonly routes: readonly Manifest[];
  /** What passes the overlay's names through in the overlay's own namespace. */
  readonly inOverlay: readonly Manifest[];
}

const providers: Readonly<Record<IngressProvider, (model: Model) => PublicObjects>> = {
  istio: (model) => ({
    foundation: [renderIstioGateway(model)],
    routes: [...renderVirtualServices(model), ...renderIstioPassthrough(model)],
    inOverlay: [],
  }),
  "gateway-api": (model) => ({
    foundation: [renderGateway(model)],
    routes: renderHttpRoutes(model),
    inOverlay: renderTlsRoutes(model),
  }),
  ingress: (model) => {
    const isTraefik = model.options.ingress.controller.kind === "traefik";
    return {
      foundation: isTraefik ? renderTraefikObjects(model) : [],
      routes: renderIngresses(model),
      inOverlay: isTraefik ? renderTraefikPassthrough(model) : [],
    };
  },
  none: () => ({ foundation: [], routes: [], inOverlay: [] }),
};

/** The objects of the installation's provider; none with `none`. Certificates are rendered apart from them. */
export function renderPublicObjects(model: Model): PublicObjects {
  return providers[model.options.ingress.provider](model);
}
