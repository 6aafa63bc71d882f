import type { Model } from "../../../access/model/model";
import { identityHeader } from "../../../access/platform/patterns";
import { findStore, isStoreName } from "../../../access/platform/services";
import type { Target } from "../../../access/answers/client";
import { findTarget } from "../../../cli/explain/ends";
import { overlayTargetOf } from "../../../access/answers/overlay-layer";
import { identityFolder, identityKey, type HostedService } from "./overlay";
import type { DrawnRequest } from "./request";
import { namespacesOf, undeclaredPort, type Workload } from "./workloads";

/** A request as the stand-in's program sends it. */
export interface ProgramRequest {
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly connect?: string;
  readonly insecure?: boolean;
  /** What the overlay's controller is asked before: a file with an identity, and the id of a service. */
  readonly leave?: { readonly identity: string; readonly service: string };
}

/** Who sends a request, what it sends, and who has to answer. */
export interface Way {
  readonly sender: Workload;
  readonly request: ProgramRequest;
  /** The workloads whose answer counts as arrival; undefined for look-ups. */
  readonly callees?: readonly string[];
  /** The status that a denial has to have. Undefined: anything that is no arrival is one. */
  readonly denial?: string;
}

/** What the program says when the overlay's controller lets an identity not dial. */
export const refusedByController = "refused by the controller";

/** The overlay as far as dials need it. */
export interface DialSurroundings {
  readonly services: readonly HostedService[];
  /** Ids in the controller, by the name of the service. */
  readonly ids: ReadonlyMap<string, string>;
  /** Where a workload without an identity asks the controller: its client API. */
  readonly clientApi: string;
}

/** What ways need to know of a cluster. */
export interface Surroundings {
  readonly model: Model;
  readonly workloads: readonly Workload[];
  /** Address of the pod of each workload of the platform namespace, by name. */
  readonly addresses: ReadonlyMap<string, string>;
  /** Where the ingress gateway answers: address and port. */
  readonly ingress?: string;
  /** Undefined: no tunneler runs. */
  readonly overlay?: DialSurroundings;
  /** The workloads whose pods are not the stand-in's, by their names. */
  readonly present?: readonly string[];
}

// The public is somewhere else.
function tryFindSender({ from }: DrawnRequest, { workloads, model }: Surroundings): Workload | undefined {
  const namespaces = namespacesOf(model);
  return workloads.find(({ caller, kind, namespace, role }) => {
    if (from === "public") return kind === "stranger" && !namespaces.includes(namespace);
    return caller === from || from === `#${role ?? ""}`;
  });
}

function tryToPort(name: string, wanted: number | undefined, surroundings: Surroundings): ProgramRequest | undefined {
  const { model, workloads, addresses, present = [] } = surroundings;
  const host = `${name}.${model.options.namespaces.platform}.svc.cluster.local`;
  // What the cluster has of the stores is no listener of lines.
  if (present.includes(name) && isStoreName(name) && wanted === undefined) {
    const { port, protocol } = findStore(name);
    return protocol === "postgres" ? { url: `postgres://${host}:${port}` } : undefined;
  }
  const ports = workloads.find((workload) => workload.name === name)?.ports ?? [];
  const declared = ports.find(({ port }) => wanted === undefined || port === wanted);
  if (declared !== undefined) {
    const path = declared.protocol === "grpc" ? "/standin.Port/Use" : "";
    return { url: `${declared.protocol}://${host}:${declared.port}${path}` };
  }
  // No Service has the port, so that only the pod itself can be asked.
  const address = addresses.get(name);
  return address === undefined ? undefined : { url: `tcp://${address}:${wanted ?? undeclaredPort}` };
}

type Possible = Way | { readonly lacks: string };

// A workload without an identity has nothing but the controller's door to knock at.
function toDial(sender: Workload, target: Target, { model, overlay }: Surroundings): Possible {
  if (overlay === undefined) return { lacks: "tunnelers" };
  if (sender.role === undefined) return { sender, callees: [], request: { url: overlay.clientApi, insecure: true } };
  const dialed = overlayTargetOf(model, target);
  const service = overlay.services.find((one) => one.target === dialed);
  const id = overlay.ids.get(service?.name ?? "");
  if (service === undefined || id === undefined) throw new Error(`the overlay has no service for ${target.title}`);
  const { backend, localPort, hosts } = service;
  const grpcPath = target.kind === "rpc" ? target.rpc.path : "/standin.Port/Use";
  const url = `${backend.protocol}://127.0.0.1:${localPort}${backend.protocol === "grpc" ? grpcPath : "/"}`;
  const leave = { identity: `${identityFolder}/${identityKey}`, service: id };
  return { sender, callees: hosts, denial: refusedByController, request: { url, leave } };
}

/** How a request is sent by pods, or which pod that takes is none of the stand-in's. */
export function toWay(drawn: DrawnRequest, surroundings: Surroundings): Possible {
  const { model, ingress } = surroundings;
  const { layer, to, url, header } = drawn;
  const sender = tryFindSender(drawn, surroundings);
  if (sender === undefined) return { lacks: `a pod that sends as ${drawn.from}` };
  const target = findTarget(model, to);
  if (layer === "overlay dial") return toDial(sender, target, surroundings);
  if (target.kind === "role" || target.kind === "host")
    throw new Error(`nothing but a dial of the overlay leads to ${to}`);
  const callee = target.kind === "rpc" ? target.rpc.service : target.callee;
  const host = `${callee}.${model.options.namespaces.platform}.svc.cluster.local`;
  if (layer === "DNS") return { sender, request: { url: `dns:${host}.` } };
  const callees = [callee];
  if (layer === "browser host") {
    if (url === undefined || ingress === undefined) throw new Error(`nothing is known to open for ${to}`);
    return { sender, callees, request: { url, connect: ingress, insecure: true } };
  }
  if (target.kind === "port") {
    const request = tryToPort(callee, target.port, surroundings);
    return request === undefined ? { lacks: `a pod that answers as ${to}` } : { sender, callees, request };
  }
  const headers: Record<string, string> = header === "present" ? { [identityHeader]: "standin" } : {};
  return { sender, callees, request: { url: `grpc://${host}:${target.port}${target.rpc.path}`, headers } };
}
