import { platformPods } from "../model/flows/ends";
import type { Model } from "../model/model";
import { rpcPort } from "../platform/rpcs";
import { findService, findStore, isServiceName } from "../platform/services";
import type { PodClient } from "./client";
import type { Judgment } from "./layer";
import { calleeOf, judgeMesh, type MeshTarget } from "./mesh-layer";
import { judgeNameLookup, judgePackets, missingName } from "./packet-layer";
import { callsBetween } from "./queries";

// Without a port in the question it is the one the client may use, or else the callee's first.
function portOf(model: Model, { caller }: PodClient, target: MeshTarget): number | undefined {
  if (target.port !== undefined) return target.port;
  const callee = calleeOf(target);
  const [call] = callsBetween(model, caller, callee);
  if (call !== undefined) return call.port;
  if (!isServiceName(callee)) return findStore(callee).port;
  return findService(callee).ports.length === 0 ? undefined : rpcPort(callee);
}

/** Name, packets and mesh, for pods that call a workload or data store. */
export function judgeMeshWay(model: Model, client: PodClient, target: MeshTarget): Judgment {
  const callee = calleeOf(target);
  const name = `${callee}.${model.options.namespaces.platform}.svc.cluster.local`;
  const port = portOf(model, client, target);
  const isNamed = !isServiceName(callee) || findService(callee).ports.length > 0;
  const mesh = judgeMesh(model, client, target);
  const packets =
    port === undefined ? [] : [judgePackets(model, client.pods, platformPods(model.options, callee), port)];
  const lookup = isNamed ? judgeNameLookup(model, client.pods, name) : missingName(name);
  return { ...mesh, layers: [lookup, ...packets, ...mesh.layers] };
}
