import { buildModel, type Model, type ModelOptions } from "../../../access/model/model";
import type { IngressOptions } from "../../../access/model/options";
import { optionsWith } from "../options";

/** Every way of serving public hosts that a test can ask for, as changes of the ingress. */
export const providers = {
  istio: {},
  gatewayApi: { provider: "gateway-api", className: "istio", tls: { ...optionsWith().ingress.tls, mode: "perHost" } },
  traefik: {
    provider: "ingress",
    className: "traefik",
    controller: { kind: "traefik", entry: "mesh", namespace: "traefik", serviceAccount: "traefik" },
  },
  generic: { provider: "ingress", className: "haproxy", controller: { kind: "generic", entry: "plaintext" } },
  none: { provider: "none" },
} as const satisfies Record<string, Partial<IngressOptions>>;

/** The name of a way of serving public hosts. */
export type ProviderCase = keyof typeof providers;

/** Options of an installation with this provider, with single settings of the ingress replaced. */
export function optionsFor(name: ProviderCase, changes: Partial<IngressOptions> = {}): ModelOptions {
  return optionsWith({ ingress: { ...optionsWith().ingress, ...providers[name], ...changes } });
}

/** The model of an installation with this provider. */
export function modelFor(name: ProviderCase, changes: Partial<IngressOptions> = {}): Model {
  return buildModel(optionsFor(name, changes));
}
