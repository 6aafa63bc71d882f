import { PortForwardError } from "./errors";

/** What is read of a Service. */
export interface Service {
  readonly spec?: { readonly ports?: readonly ServicePort[] };
}

/** A port of a Service. Its name, not its number, ties it to the ports of the Service's endpoints. */
export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort?: number | string;
}

/** What is read of the EndpointSlices of one Service. */
export interface EndpointSliceList {
  readonly items: readonly EndpointSlice[];
}

interface EndpointSlice {
  readonly ports?: readonly { readonly name?: string; readonly port?: number }[] | null;
  readonly endpoints?: readonly Endpoint[] | null;
}

interface Endpoint {
  readonly conditions?: { readonly ready?: boolean };
  readonly targetRef?: { readonly kind?: string; readonly name?: string; readonly namespace?: string };
}

/** A pod, and the port it listens on. */
export interface Pod {
  readonly namespace: string;
  readonly name: string;
  readonly port: number;
}

/** The Service's port of this number or, failing that, with this target port. Throws `PortForwardError`. */
export function findServicePort({ spec }: Service, number: number, title: string): ServicePort {
  const ports = spec?.ports ?? [];
  const found = ports.find(({ port }) => port === number) ?? ports.find(({ targetPort }) => targetPort === number);
  if (found !== undefined) return found;
  const offered = ports.map(({ name, port }) => (name === undefined ? `${port}` : `${port} (${name})`));
  throw new PortForwardError(`${title}: the Service has no such port. Its ports are: ${offered.join(", ") || "none"}.`);
}

/**
 * A ready pod behind the Service, or undefined while there is none. Throws `PortForwardError` when what is ready is not a
 * pod: a Service without a selector has addresses that the API server does not forward to.
 */
export function tryFindPod({ items }: EndpointSliceList, { name = "" }: ServicePort, title: string): Pod | undefined {
  const ready = items.flatMap(({ ports, endpoints }) => {
    const port = ports?.find((candidate) => (candidate.name ?? "") === name)?.port;
    if (port === undefined) return [];
    const isReady = ({ conditions }: Endpoint) => conditions?.ready !== false;
    return (endpoints ?? []).filter(isReady).map(({ targetRef }) => ({ targetRef, port }));
  });
  for (const { targetRef, port } of ready) {
    if (targetRef?.kind !== "Pod" || !targetRef.name || !targetRef.namespace) continue;
    return { namespace: targetRef.namespace, name: targetRef.name, port };
  }
  if (ready.length === 0) return undefined;
  throw new PortForwardError(
    `${title}: the Service has endpoints, but no pod behind them. Name a Service that selects the controller's pods.`,
  );
}
