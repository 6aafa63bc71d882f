import type { Model } from "../../../access/model/model";
import { findingsOf } from "../../preflight/finding";
import type { OverlayFacts, OverlayObject } from "../facts";
import type { Finding } from "../finding";
import { textsOf } from "./overlay";

const routers = findingsOf("routers");
const terminators = findingsOf("terminators");

/** Every edge router has enrolled and is online. */
export function examineRouters({ routers: live }: OverlayFacts, { options }: Model): Finding[] {
  const logs = `kubectl -n ${options.namespaces.overlay} logs -l app.kubernetes.io/name=ziti-router --tail=50`;
  if (live.length === 0) {
    const cause = "there is none: nobody enters the overlay (NO_EDGE_ROUTERS_AVAILABLE)";
    return [routers.fail("edge routers", cause, "Install one: pulumi up, or your own with its enrollment token.")];
  }
  return live.map((router) => {
    const subject = `edge router ${router.name}`;
    if (router.disabled === true)
      return routers.fail(
        subject,
        "is disabled in the controller",
        `ziti edge update edge-router ${router.name} --disabled=false`,
      );
    if (router.isVerified !== true) {
      const fix = `Its token may be spent or expired: ziti edge re-enroll edge-router ${router.name}; then restart it. ${logs}`;
      return routers.fail(subject, "has not enrolled", fix);
    }
    if (router.isOnline === true) return routers.pass(subject, "is online");
    return routers.fail(subject, "is offline: what it carried is cut (NO_EDGE_ROUTERS_AVAILABLE)", logs);
  });
}

const perResource = [
  { prefix: "runner-", role: "runners", title: "runner" },
  { prefix: "app-", role: "apps", title: "app" },
] as const;

/** Each static service is hosted by the pods that should, and no runner or app hosts another's service. */
export function examineTerminators(facts: OverlayFacts, model: Model): Finding[] {
  const statics = model.overlay.services.map(({ name }) => examineStatic(name, facts, model));
  const dynamic = perResource.flatMap((kind) =>
    facts.services
      .filter(({ name }) => name.startsWith(kind.prefix))
      .flatMap((service) => examineHosts(service, kind, facts)),
  );
  return [...statics, ...dynamic];
}

function hostsOf(service: OverlayObject, { terminators: live, identities }: OverlayFacts) {
  const own = live.filter(({ serviceId }) => serviceId === service.id);
  const hosts = own.map(({ hostId, identity }) => [hostId, identity].find((id) => typeof id === "string" && id !== ""));
  return [...new Set(hosts.map(String))].map((id) => ({ id, identity: identities.find((one) => one.id === id) }));
}

function examineStatic(name: string, facts: OverlayFacts, { options, overlay }: Model): Finding {
  const subject = `service ${name}`;
  const service = facts.services.find((one) => one.name === name);
  const roles = overlay.policies
    .filter(({ type, services }) => type === "Bind" && services.some((bound) => bound === name))
    .flatMap(({ identityRoles }) => identityRoles);
  const restart = `kubectl -n ${options.namespaces.platform} rollout restart deployment ${name}; look at its log for "ziti".`;
  const hosts = service === undefined ? [] : hostsOf(service, facts);
  if (hosts.length === 0) return terminators.fail(subject, 'nobody hosts it: dials end with "no terminators"', restart);
  const strangers = hosts.filter(({ identity }) => {
    return identity !== undefined && !textsOf(identity.roleAttributes).some((role) => roles.includes(role));
  });
  const [stranger] = strangers;
  if (stranger === undefined) return terminators.pass(subject, `${hosts.length} identities host it`);
  const cause = `is hosted by ${stranger.identity?.name ?? stranger.id}, which holds none of ${roles.join(", ")}`;
  return terminators.fail(
    subject,
    cause,
    `ziti edge list terminators 'service.name="${name}"'; delete the stranger's.`,
  );
}

// One Bind policy serves all runners, so any of them may host any runner's service: only the host itself tells.
function examineHosts(
  service: OverlayObject,
  { prefix, role, title }: (typeof perResource)[number],
  facts: OverlayFacts,
): Finding[] {
  const subject = `service ${service.name}`;
  const id = service.name.slice(prefix.length);
  const others = facts.services.filter(({ name }) => name.startsWith(prefix) && name !== service.name);
  const impostors = hostsOf(service, facts).filter(({ identity }) => {
    if (identity === undefined) return false;
    if (!textsOf(identity.roleAttributes).includes(role)) return true;
    const known = [
      identity.name,
      identity.externalId,
      ...Object.values((identity.tags as Readonly<Record<string, unknown>> | null | undefined) ?? {}),
    ].map(String);
    if (known.some((text) => text.includes(id))) return false;
    return others.some(({ name }) => known.some((text) => text.includes(name.slice(prefix.length))));
  });
  return impostors.map(({ identity, id: host }) => {
    const cause = `is hosted by ${identity?.name ?? host}, which is not that ${title}: its calls reach an impostor`;
    const fix = `ziti edge list terminators 'service.name="${service.name}"'; delete that one, and revoke the identity.`;
    return terminators.fail(subject, cause, fix);
  });
}
