import type { Settings } from "../../../config/settings";
import { type Facts, type Pod, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";
import { hasSidecar, type Injection, injectionOf, optOutOf } from "../injection";
import { isAtLeast, tryFindVersion } from "../version";

const { pass, fail, warn, unknown } = findingsOf("sidecars");

/** From here on istiod makes sidecars native ones by itself. */
const nativeSidecars = "1.33";

/** What the reason depends on besides the pod. */
interface Surroundings {
  readonly namespace: string;
  readonly injection: Injection;
  /** Of Kubernetes; undefined when it could not be read. */
  readonly version: string | undefined;
  readonly installsIstio: boolean;
}

/** Every running pod of the platform has a sidecar. Those without one are named, the oldest first. */
export function examineSidecars(facts: Facts, { namespaces, mesh }: Settings): Finding[] {
  const namespace = namespaces.platform;
  const subject = `pods of ${namespace}`;
  if (!("value" in facts.pods)) return [toUnknown("sidecars", subject, facts.pods)];
  const pods = facts.pods.value;
  if (pods.length === 0) {
    return [unknown(subject, "none is running", "Run the preflight again when the platform is installed.")];
  }
  const without = pods.filter((pod) => !hasSidecar(pod)).sort(byAge);
  const found = facts.namespaces.get(namespace);
  const surroundings = {
    namespace,
    injection: found && "value" in found && found.value ? injectionOf(found.value) : ({ state: "unset" } as const),
    version: "value" in facts.version ? tryFindVersion(facts.version.value) : undefined,
    installsIstio: mesh.manage,
  };
  const guarded = pods.length - without.length;
  return [
    ...without.map((pod) => examinePod(pod, surroundings)),
    ...(guarded > 0 ? [pass(subject, `${guarded} of ${pods.length} have a sidecar`)] : []),
  ];
}

const createdAt = ({ metadata }: Pod) => metadata.creationTimestamp ?? "";

function byAge(left: Pod, right: Pod): number {
  return createdAt(left) < createdAt(right) ? -1 : Number(createdAt(left) > createdAt(right));
}

function examinePod(pod: Pod, surroundings: Surroundings): Finding {
  const subject = `pod ${pod.metadata.name}`;
  const age = `created ${createdAt(pod) || "at an unknown time"}`;
  const { verdict, cause, fix } = explain(pod, surroundings);
  return (verdict === "warn" ? warn : fail)(subject, `${age}: ${cause}`, fix);
}

interface Explanation {
  readonly verdict: "fail" | "warn";
  readonly cause: string;
  readonly fix: string;
}

// In the order in which Istio's injector decides.
function explain(pod: Pod, { namespace, injection, version, installsIstio }: Surroundings): Explanation {
  const restart = `kubectl -n ${namespace} delete pod ${pod.metadata.name}`;
  const optOut = optOutOf(pod);
  if (pod.spec.hostNetwork === true) {
    const fix = "Set hostNetwork: false in its template, or move it out of the platform namespace.";
    return { verdict: "fail", cause: "it uses the network of its host, where nothing is injected", fix };
  }
  if (optOut !== undefined) {
    const cause = `its ${optOut} sidecar.istio.io/inject=false keeps the sidecar out`;
    return { verdict: "fail", cause, fix: `Remove the ${optOut} from its template, then: ${restart}` };
  }
  if (isJob(pod) && version !== undefined && !isAtLeast(version, nativeSidecars)) {
    const cause = `it is of a Job, which ends beside a native sidecar only (Kubernetes ${nativeSidecars}; this is ${version})`;
    const fix = "Run istiod with ENABLE_NATIVE_SIDECARS=true, or upgrade; until then it reaches nothing in the mesh.";
    return { verdict: "warn", cause, fix };
  }
  if (injection.state !== "enabled") {
    const cause = "its namespace has no label that asks for sidecars";
    if (installsIstio) return { verdict: "warn", cause, fix: `After \`pulumi up\`: ${restart}` };
    return { verdict: "fail", cause, fix: `kubectl label namespace ${namespace} istio-injection=enabled; ${restart}` };
  }
  return { verdict: "fail", ...explainMissed(pod, injection), fix: restart };
}

function explainMissed(
  pod: Pod,
  { label, since }: Injection & { readonly state: "enabled" },
): { readonly cause: string } {
  if (since === undefined) {
    return { cause: `it is older than the label ${label} of its namespace, or istiod did not answer` };
  }
  if (createdAt(pod) < since) return { cause: `it is older than the label ${label} of its namespace (${since})` };
  return { cause: `istiod's webhook did not answer when it was created, or does not select it (label ${label})` };
}

function isJob({ metadata }: Pod): boolean {
  return (metadata.ownerReferences ?? []).some(({ kind }) => kind === "Job");
}
