import type { Model } from "../../../access/model/model";
import { identityHeader } from "../../../access/platform/patterns";
import { findTarget } from "../../../cli/explain/ends";
import type { DrawnRequest } from "./request";
import { namespacesOf, undeclaredPort, type Workload } from "./workloads";

/** A request as the stand-in's program sends it. */
export interface ProgramRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly connect?: string;
  readonly insecure?: boolean;
}

/** Who sends a request, what it sends, and who has to answer. */
export interface Way {
  readonly sender: Workload;
  readonly request: ProgramRequest;
  /** The workload whose answer counts as arrival; undefined for look-ups. */
  readonly callee?: string;
}

/** What ways need to know of a cluster. */
export interface Surroundings {
  readonly model: Model;
  readonly workloads: readonly Workload[];
  /** Address of the pod of each workload of the platform namespace, by name. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Where the ingress gateway answers: address and port. */
  readonly ingress?: string;
}

// The public is somewhere else.
function tryFindSender({ from }: DrawnRequest, { workloads, model }: Surroundings): Workload | undefined {
  const namespaces = namespacesOf(model);
  return workloads.find(({ caller, kind, namespace }) => {
    return from === "public" ? kind === "stranger" && !namespaces.includes(namespace) : caller === from;
  });
}

function tryToPort(name: string, wanted: number | undefined, surroundings: Surroundings): ProgramRequest | undefined {
  const { model, workloads, addresses } = surroundings;
  const ports = workloads.find((workload) => workload.name === name)?.ports ?? [];
  const declared = ports.find(({ port }) => wanted === undefined || port === wanted);
  if (declared !== undefined) {
    const path = declared.protocol === "grpc" ? "/standin.Port/Use" : "";
    return {
      url: `${declared.protocol}://${name}.${model.options.namespaces.platform}.svc.cluster.local:${declared.port}${path}`,
    };
  }
  // No Service has the port, so that only the pod itself can be asked.
  const address = addresses.get(name);
  return address === undefined ? undefined : { url: `tcp://${address}:${wanted ?? undeclaredPort}` };
}

/**
 * How a request is sent by pods, or which pod that takes is none of the stand-in's. Throws for what pods never send: a
 * dial of the overlay.
 */
export function toWay(drawn: DrawnRequest, surroundings: Surroundings): Way | { readonly lacks: string } {
  const { model, ingress } = surroundings;
  const { layer, to, url, header } = drawn;
  const sender = tryFindSender(drawn, surroundings);
  if (sender === undefined) return { lacks: `a pod that sends as ${drawn.from}` };
  const target = findTarget(model, to);
  if (layer === "overlay dial" || target.kind === "role" || target.kind === "host") throw new Error(`pods do not dial the overlay: ${to}`);
  const callee = target.kind === "rpc" ? target.rpc.service : target.callee;
  const host = `${callee}.${model.options.namespaces.platform}.svc.cluster.local`;
  if (layer === "DNS") return { sender, request: { url: `dns:${host}.` } };
  if (layer === "browser host") {
    if (url === undefined || ingress === undefined) throw new Error(`nothing is known to open for ${to}`);
    return { sender, callee, request: { url, connect: ingress, insecure: true } };
  }
  if (target.kind === "port") {
    const request = tryToPort(callee, target.port, surroundings);
    return request === undefined ? { lacks: `a pod that answers as ${callee}` } : { sender, callee, request };
  }
  const headers: Record<string, string> = header === "present" ? { [identityHeader]: "standin" } : {};
  return { sender, callee, request: { url: `grpc://${host}:${target.port}${target.rpc.path}`, headers } };
}
