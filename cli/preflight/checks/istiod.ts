import { parse } from "yaml";
import type { Settings } from "../../../config/settings";
import { versions } from "../../../versions";
import type { Reading } from "../../../kubernetes/reading";
import { type ConfigMap, type Deployment, type Facts, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";
import { isAtLeast, tryFindVersion } from "../version";

const { pass, fail, warn, unknown } = findingsOf("istiod");

/** The oldest Istio whose policies by method are not weakened by a known advisory. */
const oldestIstio = "1.30.4";

// A newer minor release can be too old as well: it came out before its own corrections.
const oldestOfMinor: Readonly<Record<string, string>> = { "1.31": "1.31.1" };

function oldestFor(version: string): string {
  return oldestOfMinor[version.split(".").slice(0, 2).join(".")] ?? oldestIstio;
}

/** Every control plane is new enough, and agrees with the settings on trust domain and root namespace. */
export function examineIstiod(facts: Facts, settings: Settings): Finding[] {
  const { mesh } = settings.namespaces;
  if (!("value" in facts.controlPlanes)) return [toUnknown("istiod", `istiod in ${mesh}`, facts.controlPlanes)];
  const planes = facts.controlPlanes.value;
  if (planes.length === 0) return [absent(settings)];
  return [
    ...planes.map(examineVersion),
    ...planes.flatMap((plane) => examineMeshConfig(plane, facts.meshConfigs, settings)),
  ];
}

function absent({ mesh, namespaces }: Settings): Finding {
  const subject = `istiod in ${namespaces.mesh}`;
  if (mesh.manage) {
    return warn(subject, "not installed yet", "Nothing before the first run: `pulumi up` installs Istio.");
  }
  return fail(
    subject,
    "there is no Deployment with the label app=istiod, and mesh.manage is false",
    `Install Istio ${oldestIstio} or newer, or name its namespace: pulumi config set --path 'agyn-networking:namespaces.mesh' <namespace>`,
  );
}

/** The revision of a control plane: its label `istio.io/rev`, or `default`. */
export function revisionOf({ metadata }: Deployment): string {
  return metadata.labels?.["istio.io/rev"] ?? "default";
}

const titleOf = (plane: Deployment) => `istiod (revision ${revisionOf(plane)})`;

// The image says what runs; the chart's label is for images that are named by their digest alone.
function versionOf({ metadata, spec }: Deployment): string | undefined {
  const { containers } = spec.template.spec;
  const image = (containers.find(({ name }) => name === "discovery") ?? containers[0])?.image ?? "";
  const tag = image.split("@")[0]?.split("/").at(-1)?.split(":")[1] ?? "";
  return tryFindVersion(tag) ?? tryFindVersion(metadata.labels?.["app.kubernetes.io/version"] ?? "");
}

function examineVersion(plane: Deployment): Finding {
  const found = versionOf(plane);
  const subject = titleOf(plane);
  if (found === undefined) {
    const cause = "neither the tag of its image nor its label app.kubernetes.io/version is a version";
    return unknown(subject, cause, `Make sure that it is ${oldestIstio} or newer: istioctl version`);
  }
  const oldest = oldestFor(found);
  const cause = `version ${found}, at least ${oldest} is needed`;
  if (isAtLeast(found, oldest)) return pass(subject, cause);
  return fail(
    subject,
    `${cause}: advisories against older ones weaken policies by method`,
    `Upgrade Istio, for example to ${versions.istio}, by a revision of its own; then restart the pods.`,
  );
}

interface MeshConfig {
  readonly trustDomain?: string;
  readonly rootNamespace?: string;
}

function examineMeshConfig(plane: Deployment, configs: Reading<readonly ConfigMap[]>, settings: Settings): Finding[] {
  const revision = revisionOf(plane);
  const subject = `mesh configuration (revision ${revision})`;
  if (!("value" in configs)) return [toUnknown("istiod", subject, configs)];
  const name = revision === "default" ? "istio" : `istio-${revision}`;
  const text = configs.value.find(({ metadata }) => metadata.name === name)?.data?.mesh;
  const { mesh } = settings.namespaces;
  if (text === undefined) {
    const fix = `Make sure that its trust domain is ${settings.mesh.trustDomain} and its root namespace ${mesh}.`;
    return [unknown(subject, `there is no ConfigMap ${mesh}/${name} with a key "mesh"`, fix)];
  }
  const { trustDomain = "cluster.local", rootNamespace = mesh } = (parse(text) ?? {}) as MeshConfig;
  const wrong = [
    ...mismatch(subject, { what: "trust domain", found: trustDomain }, settings.mesh.trustDomain, "mesh.trustDomain"),
    ...mismatch(subject, { what: "root namespace", found: rootNamespace }, mesh, "namespaces.mesh"),
  ];
  return wrong.length > 0 ? wrong : [pass(subject, `trust domain ${trustDomain}, root namespace ${rootNamespace}`)];
}

function mismatch(
  subject: string,
  { what, found }: { readonly what: string; readonly found: string },
  wanted: string,
  key: string,
): Finding[] {
  if (found === wanted) return [];
  const effect =
    key === "mesh.trustDomain" ? "no caller would match a policy" : "STRICT would not be for the whole mesh";
  return [
    fail(
      subject,
      `${what} ${found}, and the settings have ${wanted}: ${effect}`,
      `pulumi config set --path 'agyn-networking:${key}' ${found}`,
    ),
  ];
}
