import type { Model } from "../model/model";
import type { Client, PodClient, Target } from "./client";
import { toDecision, type Decision, type Explanation } from "./layer";
import type { MeshTarget } from "./mesh-layer";
import { judgeMeshWay } from "./mesh-way";
import { dialRoleOf, judgeDial, overlayTargetOf } from "./overlay-layer";
import { judgeHost, judgeHostFromPods, judgePublicPort } from "./public-layer";

// The public meets the ingress, which is a caller like others to everything behind it.
function decidePublic(model: Model, target: Target): Decision {
  if (target.kind === "host") return toDecision(...judgeHost(model, target.host));
  return toDecision(...judgePublicPort(model, target));
}

/** Whether a request of a client reaches a target, with what every layer on its way says. */
export function decide(model: Model, client: Client, target: Target): Decision {
  if (client.kind === "public") return decidePublic(model, target);
  if (target.kind === "host") {
    return client.kind === "role"
      ? toDecision(judgeDial(model, client.role, undefined))
      : toDecision(...judgeHostFromPods(model, client, target.host));
  }
  const isOverlay = target.kind === "role" || (target.kind === "rpc" && target.rpc.transport === "overlay");
  if (client.kind === "role" || isOverlay) {
    return toDecision(judgeDial(model, dialRoleOf(client), overlayTargetOf(model, target)));
  }
  return decideWorkload(model, client, target);
}

// A workload without a port in the question may get there on either way; a port is one of the pods, in the mesh.
function decideWorkload(model: Model, client: PodClient, target: MeshTarget): Decision {
  const mesh = toDecision(judgeMeshWay(model, client, target));
  const [role, dialed] = [dialRoleOf(client), overlayTargetOf(model, target)];
  if (mesh.permitted || target.kind === "rpc" || target.port !== undefined) return mesh;
  if (role === undefined || dialed === undefined) return mesh;
  const overlay = toDecision(judgeDial(model, role, dialed));
  return overlay.permitted ? overlay : mesh;
}

/** A decision with the names of both ends. */
export function explain(model: Model, client: Client, target: Target): Explanation {
  const { permitted, layers } = decide(model, client, target);
  return { from: client.title, to: target.title, permitted, layers };
}
