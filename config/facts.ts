import type { Area, Fact, Setting } from "../access/answers/facts/fact";
import { permissionsOf } from "../access/answers/facts/permissions";
import { callerName } from "../access/answers/names";
import { callerOf } from "../access/model/caller";
import type { Model } from "../access/model/model";
import type { versions as pinnedVersions } from "../versions";
import { unnamedRevision, type Settings } from "./settings";

/** The versions that a revision pins, as `versions.ts` has them. */
export type Versions = Readonly<Record<keyof typeof pinnedVersions, string>>;

/** One row of a table of settings: key, subject of the sentence, value, and how open the value is. */
type Row = readonly [key: string, name: string, value: string | number | undefined, rank?: number];

const onOff = (flag: boolean) => (flag ? "on" : "off");
const installer = (manage: boolean) => (manage ? "installed by this program" : "the operator's own");

function tlsRows({ ingress }: Settings): Row[] {
  const { minTlsVersion, redirectHttp, port, tls } = ingress;
  return [
    ["minTlsVersion", "The oldest TLS version that the public hosts accept", minTlsVersion, -Number(minTlsVersion)],
    ["redirectHttp", "The redirect from HTTP to HTTPS", onOff(redirectHttp), redirectHttp ? 0 : 1],
    ["hsts", "Strict-Transport-Security", onOff(tls.hsts), tls.hsts ? 0 : 1],
    ["issuer", "The issuer of the public certificates", `${tls.issuer.kind} ${tls.issuer.name}`],
    ["mode", "The kind of public certificates", tls.mode],
    ["port", "The public TLS port", port],
  ];
}

function revisionsOf({ revision = unnamedRevision, retained }: Settings["mesh"]): string {
  return [revision, ...retained.map((kept) => kept.revision)].join(", ");
}

function meshRows({ mesh, certManager, controller, zitiManagement, ingress }: Settings): Row[] {
  return [
    ["trustDomain", "The trust domain of the mesh", mesh.trustDomain],
    ["mesh.manage", "Istio", installer(mesh.manage)],
    ["revisions", "The control planes of Istio, the current one first", mesh.manage ? revisionsOf(mesh) : undefined],
    ["certManager.manage", "cert-manager", installer(certManager.manage)],
    ["controller.manage", "The OpenZiti controller", installer(controller.manage)],
    ["zitiManagement.deploy", "Ziti Management", installer(zitiManagement.deploy)],
    ["ingress.provider", "The provider of the public hosts", ingress.provider],
  ];
}

function placeRows({ profile, domain, namespaces, controller, overlay }: Settings, model: Model): Row[] {
  const { platform, workloads, ingress, mesh, overlay: ziti } = namespaces;
  return [
    ["profile", "The profile", profile, profile === "production" ? 0 : 1],
    ["domain", "The domain", domain],
    ["platform", "The platform's namespace", platform],
    ["workloads", "The namespace of agents", workloads],
    ["ingress", "The namespace of the ingress gateway", ingress],
    ["mesh", "The root namespace of the mesh", mesh],
    ["overlay", "The namespace of the overlay", ziti],
    ["zone", "The zone of the overlay's addresses", [overlay.zone, ...overlay.extraZones].sort().join(", ")],
    ["controller.advertisedHost", "The public name of the OpenZiti controller", controller.advertisedHost],
    ["controller.url", "The address of the controller's management API", controller.url],
    ...model.services.map(({ name, serviceAccount }): Row => [name, `The ServiceAccount of ${name}`, serviceAccount]),
  ];
}

// What this program installs; the operator's own is of the operator's version.
function versionRows({ mesh, certManager, controller, zitiManagement, images }: Settings, pinned: Versions): Row[] {
  const { istio, certManager: certManagerChart, trustManager, zitiController, zitiRouter, openziti } = pinned;
  const managed = (isManaged: boolean, version: string) => (isManaged ? version : undefined);
  return [
    ["istio", "The version of Istio's charts", managed(mesh.manage, istio)],
    ["certManager", "The version of cert-manager's chart", managed(certManager.manage, certManagerChart)],
    [
      "trustManager",
      "The version of trust-manager's chart",
      managed(certManager.manage && controller.manage, trustManager),
    ],
    ["zitiController", "The version of the controller's chart", managed(controller.manage, zitiController)],
    ["zitiRouter", "The version of the router's chart", managed(controller.manage, zitiRouter)],
    ["openziti", "The version of the controller's and the router's image", managed(controller.manage, openziti)],
    ["zitiManagement", "The image of Ziti Management", zitiManagement.deploy ? zitiManagement.image : undefined],
    ["registry", "The registry of the images", images.registry ?? "each image's own"],
  ];
}

const never = Number.MAX_SAFE_INTEGER;

function expiryRows(model: Model): Row[] {
  return model.options.mesh.extraCallers.map((extra) => {
    const { service, methods, expires } = extra;
    const caller = callerName(model, callerOf(model.options, extra));
    const subject =
      methods === "*"
        ? service
        : [...methods]
            .sort()
            .map((method) => `${service}.${method}`)
            .join(", ");
    const rank = expires === undefined ? never : Date.parse(expires);
    return [`${caller} ${subject}`, `The last day on which ${caller} may use ${subject}`, expires ?? "not set", rank];
  });
}

function toSettings(area: Area, rows: readonly Row[]): Setting[] {
  return rows.flatMap(([key, name, value, rank]) =>
    value === undefined
      ? []
      : [{ kind: "setting", area, key, name, value: String(value), ...(rank !== undefined && { rank }) } as const],
  );
}

/**
 * Every statement about reach that holds in one installation: what `semanticDiff` compares. Independent of the order in
 * which anything is written. `versions` are those that this revision pins.
 */
export function factsOf(settings: Settings, model: Model, versions: Versions): readonly Fact[] {
  const { enabled } = settings.networkPolicies;
  return [
    ...permissionsOf(model),
    ...toSettings("calls", expiryRows(model)),
    ...toSettings("packets", [["enabled", "The network policies", onOff(enabled), enabled ? 0 : 1]]),
    ...toSettings("mesh", meshRows(settings)),
    ...toSettings("tls", tlsRows(settings)),
    ...toSettings("versions", versionRows(settings, versions)),
    ...toSettings("places", placeRows(settings, model)),
  ];
}
