import type { Field, Fields, SettingPath } from "./field";
import { gatewayServiceFields } from "./fields/gateway-service";
import { generalFields } from "./fields/general";
import { ingressFields } from "./fields/ingress";
import { meshFields } from "./fields/mesh";
import { networkPolicyFields } from "./fields/network-policies";
import { overlayFields } from "./fields/overlay";
import { podFields } from "./fields/pods";

/** Every field of the configuration. Defaults are resolved in this order, so a derived one stands below its sources. */
export const fields: Fields = {
  ...generalFields,
  ...podFields,
  ...ingressFields,
  ...meshFields,
  ...gatewayServiceFields,
  ...networkPolicyFields,
  ...overlayFields,
};

/** The paths of all fields, in the order of the table. */
export const settingPaths = Object.keys(fields) as SettingPath[];

/** Every path that is a group of fields: "ingress", "ingress.tls", … */
export const sectionPaths: readonly string[] = [...new Set(settingPaths.flatMap((path) => ancestorsOf(path)))];

/** The field at a path, or undefined: also for the inside of a value, such as "mesh.extraCallers[0].because". */
export function tryFindField(path: string): Field<unknown> | undefined {
  const outer = path.replace(/\[.*$/, "");
  return isSettingPath(outer) ? fields[outer] : undefined;
}

/** True when a field stands at this path. */
export function isSettingPath(path: string): path is SettingPath {
  return Object.hasOwn(fields, path);
}

/** The names one level below a section; "" is the top level. */
export function keysOf(section: string): readonly string[] {
  const prefix = section === "" ? "" : `${section}.`;
  const below = settingPaths.filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  return [...new Set(below.map((path) => path.split(".")[0] ?? path))];
}

function ancestorsOf(path: string): string[] {
  const names = path.split(".");
  return names.slice(1).map((_, index) => names.slice(0, index + 1).join("."));
}
