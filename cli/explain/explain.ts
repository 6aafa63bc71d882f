import type { Manifest } from "../../access/render/manifest";
import type { Model } from "../../access/model/model";
import { reachable } from "../../access/answers/queries";
import { rpcPort } from "../../access/platform/rpcs";
import { findService, findStore, isServiceName, type ServiceName, type StoreName } from "../../access/platform/services";
import { findCaller, type Caller, type Pods, type Target } from "./ends";
import { isPermitted, type Explanation, type Layer } from "./layer";
import { explainMesh } from "./mesh";
import { dialRoleOf, explainDial, explainOverlayName, overlayTargetOf } from "./overlay-layer";
import { explainMissingName, explainNameLookup, explainPackets } from "./packet-layer";

/** One installation, as far as answers need it. */
export interface Installation {
  readonly model: Model;
  /** Whether the program serves the public hosts. */
  readonly isPublic: boolean;
  /** The rendered network policies; none when they are off. */
  readonly networkPolicies: readonly Manifest[];
}

type Workload = Extract<Caller, { kind: "workload" }>;
type MeshTarget = Extract<Target, { kind: "rpc" | "port" }>;

const calleeOf = (target: MeshTarget) => (target.kind === "rpc" ? target.rpc.service : target.callee);

function podsOf({ options }: Model, callee: ServiceName | StoreName): Pods {
  const labels = isServiceName(callee) ? findService(callee).selector : findStore(callee).selector;
  return { namespace: options.namespaces.platform, labels };
}

// Without a port in the question it is the one the caller may use, or else the callee's first.
function portOf(model: Model, caller: Workload, target: MeshTarget): number | undefined {
  if (target.port !== undefined) return target.port;
  const callee = calleeOf(target);
  const call = reachable(model, caller.principal).find((candidate) => candidate.callee === callee);
  if (call !== undefined) return call.port;
  if (!isServiceName(callee)) return findStore(callee).port;
  return findService(callee).ports.length === 0 ? undefined : rpcPort(callee);
}

function meshWay({ model, networkPolicies }: Installation, caller: Workload, target: MeshTarget): Layer[] {
  const callee = calleeOf(target);
  const name = `${callee}.${model.options.namespaces.platform}.svc.cluster.local`;
  const port = portOf(model, caller, target);
  const isNamed = !isServiceName(callee) || findService(callee).ports.length > 0;
  return [
    isNamed ? explainNameLookup(networkPolicies, caller.pods, name) : explainMissingName(name),
    ...(port === undefined ? [] : [explainPackets(networkPolicies, caller.pods, podsOf(model, callee), port)]),
    explainMesh(model, caller, target),
  ];
}

function overlayWay({ model }: Installation, caller: Caller, target: Target): Layer[] {
  const dialed = overlayTargetOf(model, target);
  const dial = explainDial(model, dialRoleOf(caller), dialed);
  return [...(dialed === undefined ? [] : [explainOverlayName(model, dialed)]), dial];
}

function routesTo({ exposures }: Model, target: Target) {
  if (target.kind !== "port") return [];
  return exposures.flatMap(({ host, routes, because }) =>
    routes
      .filter(({ backend, port }) => backend === target.callee && (target.port === undefined || target.port === port))
      .map(({ match, port }) => ({
        host,
        port,
        because,
        path: match.kind === "prefix" ? `${match.path}*` : match.path,
      })),
  );
}

// The public meets the ingress, which is a caller like others to everything behind it.
function publicWay(installation: Installation, target: Target): Layer[] {
  const { model, isPublic } = installation;
  const routes = isPublic ? routesTo(model, target) : [];
  const [first] = routes;
  if (first === undefined || target.kind !== "port") {
    const because = isPublic
      ? `No public host has a route to ${target.title}: the hosts are ${model.exposures.map(({ host }) => host).join(", ")}.`
      : "The program makes no ingress here.";
    const change = isPublic ? undefined : "Set ingress.provider.";
    return [{ layer: "ingress", verdict: "closed", rule: "no route", because, ...(change && { change }) }];
  }
  const hosts = [...new Set(routes.map(({ host }) => host))].join(", ");
  const behind = findCaller(model, "ingress-gateway") as Workload;
  const at = { ...target, port: first.port };
  return [
    {
      layer: "DNS",
      verdict: "open",
      rule: `public records of ${hosts}`,
      because: "They are in the output dnsRecords.",
    },
    {
      layer: "ingress",
      verdict: "open",
      rule: routes.map(({ host, path }) => `https://${host}${path}`).join(", "),
      because: [...new Set(routes.map(({ because }) => because))].join(" "),
    },
    ...meshWay(installation, behind, at).filter(({ layer }) => layer !== "DNS"),
  ];
}

function layersOf(installation: Installation, caller: Caller, target: Target): Layer[] {
  if (caller.kind === "public") return publicWay(installation, target);
  const isOverlay = target.kind === "role" || (target.kind === "rpc" && target.rpc.transport === "overlay");
  if (caller.kind === "role" || isOverlay) return overlayWay(installation, caller, target);
  return meshWay(installation, caller, target);
}

/** Whether a request of `caller` reaches `target`, with what every layer on its way says. */
export function explain(installation: Installation, caller: Caller, target: Target): Explanation {
  const layers = layersOf(installation, caller, target);
  return { from: caller.title, to: target.title, permitted: isPermitted(layers), layers };
}
