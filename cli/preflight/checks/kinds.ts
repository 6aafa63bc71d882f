import type { Settings } from "../../../config/settings";
import { type Facts, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";

const { pass, fail, warn } = findingsOf("kinds");

/** The kinds that the program makes objects of, by API group and version, and whose they are. */
export const neededKinds = [
  {
    groupVersion: "security.istio.io/v1",
    plurals: ["authorizationpolicies", "peerauthentications"],
    owner: "Istio",
    setting: "mesh",
  },
  { groupVersion: "networking.istio.io/v1", plurals: ["gateways", "virtualservices"], owner: "Istio", setting: "mesh" },
  {
    groupVersion: "cert-manager.io/v1",
    plurals: ["certificates", "clusterissuers"],
    owner: "cert-manager",
    setting: "certManager",
  },
] as const;

/** The kinds of Istio and cert-manager are served in the versions that the program writes. */
export function examineKinds({ served }: Facts, settings: Settings): Finding[] {
  return neededKinds.flatMap(({ groupVersion, plurals, owner, setting }) => {
    const reading = served.get(groupVersion) ?? { reason: "it was not asked for" };
    if (!("value" in reading)) return [toUnknown("kinds", groupVersion, reading)];
    return plurals.map((plural) => {
      const subject = `${plural} (${groupVersion})`;
      if (reading.value.includes(plural)) return pass(subject, "served");
      if (settings[setting].manage) {
        return warn(subject, "not served yet", `Nothing before the first run: \`pulumi up\` installs ${owner}.`);
      }
      const fix = `Install ${owner} with its CRDs, or let the program do it: pulumi config set --path 'agyn-networking:${setting}.manage' true`;
      return fail(subject, `not served: ${setting}.manage is false, and ${owner} is missing or too old`, fix);
    });
  });
}
