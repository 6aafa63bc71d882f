import { type Facts, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";
import { isAtLeast, tryFindVersion } from "../version";

const { pass, fail, unknown } = findingsOf("server");

/** The oldest Kubernetes that the program installs into. */
const oldestKubernetes = "1.30";

/** The API server answers, and is new enough. */
export function examineServer({ server, version }: Facts): Finding[] {
  if ("lacks" in version) return [toUnknown("server", server, version)];
  if ("reason" in version) {
    return [fail(server, version.reason, "Check the kubeconfig and its context: kubectl cluster-info")];
  }
  const found = tryFindVersion(version.value);
  if (found === undefined) {
    return [unknown(server, `its version ${version.value} cannot be read`, `Make sure it is >= ${oldestKubernetes}.`)];
  }
  const cause = `version ${version.value}, at least ${oldestKubernetes} is needed`;
  return [
    isAtLeast(found, oldestKubernetes)
      ? pass(server, cause)
      : fail(server, cause, `Upgrade the cluster to Kubernetes ${oldestKubernetes} or newer.`),
  ];
}
