import { groundNeeds } from "../../../config/ground-needs";
import type { Settings } from "../../../config/settings";
import { judgeBalancer, judgeStorage, type Judgement } from "../../../kubernetes/ground";
import { describeAbandoned, type ControlPlaneNeeds } from "../../../kubernetes/control-planes";
import { toUnknown } from "../facts";
import { findingsOf, type Finding, type GroundFinding } from "../finding";
import { pullSecretPlaces, type GroundFacts } from "../ground-facts";

/** Types of a Secret that a kubelet pulls images with. */
const pullTypes = ["kubernetes.io/dockerconfigjson", "kubernetes.io/dockercfg"];

/** Volumes, a load balancer and Secrets for images: what Kubernetes does not bring, and releases would wait for. Pure. */
export function examineGround(facts: GroundFacts, settings: Settings): GroundFinding[] {
  const { volumes, balancer, controlPlanes } = groundNeeds(settings);
  return [
    ...(volumes ? [examineStorage(facts, volumes)] : []),
    ...(balancer ? [examineBalancer(facts)] : []),
    ...examinePullSecrets(facts, settings),
    ...(controlPlanes ? examineControlPlanes(facts, controlPlanes) : []),
  ];
}

// Warnings: a provisioner without a class, and an address that comes late, are possible.
function toFinding<Name extends string>(
  check: Name,
  subject: string,
  { isThere, cause, fix }: Judgement,
): Finding<Name> {
  const { pass, warn, unknown } = findingsOf(check);
  if (isThere === true) return pass(subject, cause);
  return isThere === "unknown" ? unknown(subject, cause, fix) : warn(subject, cause, fix);
}

function examineStorage(
  { storageClasses }: GroundFacts,
  { className }: { readonly className?: string },
): GroundFinding {
  const subject = className === undefined ? "default StorageClass" : `StorageClass ${className}`;
  if (!("value" in storageClasses)) return toUnknown("storage", subject, storageClasses);
  return toFinding("storage", subject, judgeStorage(storageClasses.value, className));
}

function examineBalancer({ services, nodes }: GroundFacts): GroundFinding {
  const subject = "Services of type LoadBalancer";
  if (!("value" in services)) return toUnknown("balancer", subject, services);
  if (!("value" in nodes)) return toUnknown("balancer", subject, nodes);
  return toFinding("balancer", subject, judgeBalancer(services.value, nodes.value));
}

function examineControlPlanes({ abandoned }: GroundFacts, needs: ControlPlaneNeeds): GroundFinding[] {
  const { fail } = findingsOf("controlPlanes");
  if (!("value" in abandoned)) return [toUnknown("controlPlanes", "revisions of Istio", abandoned)];
  return abandoned.value.map((plane, at) => {
    const { cause, fix } = describeAbandoned(plane, needs, at);
    return fail(`revision ${plane.revision}`, cause, fix);
  });
}

function examinePullSecrets({ pullSecrets }: GroundFacts, settings: Settings): GroundFinding[] {
  const { pass, fail } = findingsOf("pullSecrets");
  return pullSecretPlaces(settings).map(({ namespace, name }) => {
    const subject = `Secret ${namespace}/${name}`;
    const reading = pullSecrets.get(`${namespace}/${name}`) ?? { reason: "it was not asked for" };
    if (!("value" in reading)) return toUnknown("pullSecrets", subject, reading);
    if (reading.value === undefined) {
      const fix =
        `kubectl -n ${namespace} create secret docker-registry ${name} --docker-server=… --docker-username=… --docker-password=…; ` +
        "where the namespace does not exist yet, create it too, and have the first run take it over: " +
        "pulumi config set --path 'agyn-networking:kubernetes.adopt' true";
      return fail(subject, "does not exist, and images.pullSecrets names it: no pod there could pull its images", fix);
    }
    const { type = "Opaque" } = reading.value;
    if (pullTypes.includes(type)) return pass(subject, "exists");
    return fail(subject, `is of type ${type}, with which nothing pulls`, `Make it anew, of type ${pullTypes[0]}.`);
  });
}
