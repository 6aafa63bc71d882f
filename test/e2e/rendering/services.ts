import { selects } from "../../support/network-policy-selectors";
import { ofKind, type Installation } from "./installation";
import { containersOf, type KubernetesObject, type RenderedPod } from "./rendered-object";

interface ServiceSpec {
  readonly type?: string;
  readonly selector: Readonly<Record<string, string>>;
  readonly ports: readonly { readonly name?: string; readonly port: number; readonly targetPort?: number | string }[];
}

/** A Service by its name. Undefined when neither a chart nor the program makes it. */
export function tryFindService(
  installation: Installation,
  namespace: string,
  name: string,
): KubernetesObject | undefined {
  return ofKind(installation.objects, "Service").find(
    ({ metadata }) => metadata.name === name && metadata.namespace === namespace,
  );
}

/** The ports that a Service answers on. */
export function portsOf(service: KubernetesObject): readonly number[] {
  return (service.spec as ServiceSpec).ports.map(({ port }) => port);
}

/** The pods behind a Service. */
export function podsBehind(installation: Installation, service: KubernetesObject): readonly RenderedPod[] {
  const { selector } = service.spec as ServiceSpec;
  return installation.pods.filter(
    ({ labels, namespace }) => namespace === service.metadata.namespace && selects({ matchLabels: selector }, labels),
  );
}

/** The port of `pod` that a Service's port leads to. Undefined when the Service has no such port, or the pod no port of that name. */
export function tryFindPodPort(service: KubernetesObject, port: number, pod: RenderedPod): number | undefined {
  const found = (service.spec as ServiceSpec).ports.find((one) => one.port === port);
  if (found === undefined) return undefined;
  const target = found.targetPort ?? port;
  if (typeof target === "number") return target;
  const ports = containersOf(pod).flatMap((container) => container.ports ?? []);
  return ports.find(({ name }) => name === target)?.containerPort;
}
