import type { Model } from "../model/model";
import type { StaticServiceName } from "../platform/overlay";

/** What an agent's pod needs for overlay names: for whoever starts agents, the platform's runners foremost. */
export interface SidecarSettings {
  /** Addresses the tunneler hands out for overlay names; the pod's routes to it have to stay free. */
  readonly interceptRange: string;
  /** Resolver the tunneler asks for every other name. Unset: the one in the pod's own resolv.conf. */
  readonly upstreamResolver?: string;
  /** Environment of the agent's container, by zone: images of either generation find the one they were built for. */
  readonly environment: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** The sidecar's settings of one installation. */
export function sidecarSettings(
  { options, overlay }: Model,
  { interceptRange, upstreamResolver }: Omit<SidecarSettings, "environment">,
): SidecarSettings {
  const portOf = new Map(overlay.services.map(({ name, intercept }) => [name, intercept.port]));
  const address = (name: StaticServiceName, zone: string) => `${name}.${zone}:${portOf.get(name)}`;
  const zones = [options.overlay.zone, ...options.overlay.extraZones];
  const environment = zones.map((zone) => [
    zone,
    {
      AGENT_GATEWAY_ADDRESS: address("gateway", zone),
      AGENT_TRACING_ADDRESS: address("tracing", zone),
      AGENT_LLM_BASE_URL: `http://llm-proxy.${zone}/v1`,
    },
  ]);
  const resolver = upstreamResolver === undefined ? {} : { upstreamResolver };
  return {
    interceptRange,
    ...resolver,
    environment: Object.fromEntries(environment) as SidecarSettings["environment"],
  };
}
