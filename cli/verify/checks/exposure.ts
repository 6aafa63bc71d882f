import type { Model } from "../../../access/model/model";
import { overlayPods } from "../../../access/platform/services";
import { toUnknown } from "../../preflight/facts";
import { findingsOf } from "../../preflight/finding";
import { titleOf } from "../compare";
import { objectsOf, type LiveObject, type VerifyFacts } from "../facts";
import type { Finding } from "../finding";

const exposure = findingsOf("exposure");
const backends = findingsOf("backends");

/** Namespaces where no Service may be public. */
export function privateNamespaces({ options }: Model): readonly string[] {
  const { platform, workloads, mesh, overlay } = options.namespaces;
  return [platform, workloads, mesh, overlay];
}

function openings({ spec }: LiveObject): string[] {
  const { type = "ClusterIP", externalIPs = [] } = (spec ?? {}) as { type?: string; externalIPs?: readonly string[] };
  return [
    ...(type === "LoadBalancer" || type === "NodePort" ? [`is of type ${type}`] : []),
    ...(externalIPs.length > 0 ? [`answers at ${externalIPs.join(", ")}`] : []),
  ];
}

// Clients and routers of a controller of the operator's may come past our ingress; its management API is for nobody outside.
function mayBePublic({ options }: Model, namespace: string, { spec }: LiveObject): boolean {
  if (options.controller.manage || namespace !== options.namespaces.overlay) return false;
  const { ports = [] } = (spec ?? {}) as { ports?: readonly { port: number; targetPort?: number | string }[] };
  const { managementPort } = overlayPods.controller;
  return ports.every(({ port, targetPort }) => port !== managementPort && targetPort !== managementPort);
}

/** Only the ingress is public, and what an operator's controller serves to its own clients. */
export function examineExposure(facts: VerifyFacts, model: Model): Finding[] {
  return privateNamespaces(model).flatMap((namespace) => {
    const reading = objectsOf(facts, "Service", namespace);
    if (!("value" in reading)) return [toUnknown("exposure", `Services of ${namespace}`, reading)];
    const judged = reading.value.filter((service) => !mayBePublic(model, namespace, service));
    const open = judged.flatMap((service) =>
      openings(service).map((how) => {
        const { name } = service.metadata;
        const cause = `${how}: it is reachable past ingress and mesh`;
        const change = `'{"spec":{"type":"ClusterIP","externalIPs":null}}'`;
        return exposure.fail(
          titleOf("Service", service.metadata),
          cause,
          `kubectl -n ${namespace} patch service ${name} -p ${change}`,
        );
      }),
    );
    const title = `Services of ${namespace}`;
    return open.length > 0 ? open : [exposure.pass(title, `none of ${judged.length} is public`)];
  });
}

/** Each Service of a platform workload has a running pod behind it. */
export function examineBackends(facts: VerifyFacts, { services, options }: Model): Finding[] {
  const { pods } = facts.cluster;
  const live = objectsOf(facts, "Service", options.namespaces.platform);
  if (!("value" in live) || !("value" in pods)) return []; // said where Services and pods are examined
  const present = services.filter(({ name }) => live.value.some(({ metadata }) => metadata.name === name));
  const empty = present.filter(({ selector }) => {
    const wanted = Object.entries(selector);
    return !pods.value.some(({ metadata }) => wanted.every(([key, value]) => metadata.labels?.[key] === value));
  });
  const failures = empty.map(({ name }) => {
    const cause = 'no running pod is behind it: callers get "name resolver error: produced zero addresses"';
    const fix = `kubectl -n ${options.namespaces.platform} get pods -l app.kubernetes.io/name=${name}; look at their events.`;
    return backends.fail(`Service ${name}`, cause, fix);
  });
  const served = present.length - empty.length;
  const title = `Services of ${options.namespaces.platform}`;
  return [
    ...failures,
    ...(served > 0 ? [backends.pass(title, `${served} of ${present.length} have running pods`)] : []),
  ];
}
