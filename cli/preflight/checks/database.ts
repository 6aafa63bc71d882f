import type { Model } from "../../../access/model";
import { findService, findStore } from "../../../access/services";
import { bringsDatabase, ownDatabase } from "../../../access/store-use";
import { tryFindPlatformService, tryReadDatabaseAddress } from "../../../config/database-reach";
import type { Settings } from "../../../config/settings";
import { isSelected } from "../selector";
import { type Facts, type Pod, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";

const { pass, fail, warn, unknown } = findingsOf("database");
const subject = "database of Ziti Management";

/** Ziti Management, where the stack runs it, has its database: the stack's own, or the operator's. */
export function examineDatabase(facts: Facts, model: Model, settings: Settings): Finding[] {
  if (!settings.zitiManagement.deploy) return [];
  if (!("value" in facts.pods)) return [toUnknown("database", subject, facts.pods)];
  const pods = facts.pods.value;
  return [bringsDatabase(model.options) ? examineOwn(pods, settings) : examineOperators(pods, facts, settings)];
}

function examineOwn(pods: readonly Pod[], { namespaces }: Settings): Finding {
  const own = pods.filter((pod) => isSelected(pod, findStore(ownDatabase).selector));
  if (own.some(isReady)) return pass(subject, `the stack's own, ${ownDatabase}, is ready`);
  if (own.length > 0) {
    const fix = `See what it says: kubectl -n ${namespaces.platform} logs ${ownDatabase}-0 -c postgres`;
    return fail(subject, `the stack's own, ${ownDatabase}, takes no connections: Ziti Management cannot start`, fix);
  }
  const cause = `the stack's own, ${ownDatabase}, does not run: Ziti Management cannot start without it`;
  return warn(
    subject,
    cause,
    "Nothing before the first run: `pulumi up` creates it. Else look for its pod and volume.",
  );
}

function examineOperators(pods: readonly Pod[], { services }: Facts, settings: Settings): Finding {
  const { platform } = settings.namespaces;
  const users = pods.filter((pod) => isSelected(pod, findService("ziti-management").selector));
  if (users.some(isReady)) return pass(subject, "Ziti Management is ready, which it is not without its database");
  const address = tryReadDatabaseAddress(settings);
  const service = address && tryFindPlatformService(address, platform);
  if (
    service !== undefined &&
    "value" in services &&
    !services.value.some(({ metadata }) => metadata.name === service)
  ) {
    const fix = "Install it, or name another host in zitiManagement.database.";
    return fail(subject, `there is no Service ${service} in ${platform}, which zitiManagement.database names`, fix);
  }
  if (service !== undefined) return pass(subject, `Service ${service} in ${platform} exists`);
  const cause =
    address === undefined ? "its URL is encrypted here" : `${address.host} is reached from the cluster alone`;
  return unknown(subject, `${cause}, and no Ziti Management is ready yet`, "Run it again after `pulumi up`.");
}

// Facts of a cluster that says nothing about readiness are those of a pod that runs.
function isReady({ status }: Pod): boolean {
  return (status?.conditions ?? []).every(({ type, status: is }) => type !== "Ready" || is === "True");
}
