import { fields, settingPaths } from "./schema";
import type { Settings } from "./settings";
import { parseCertificates, pemLabels } from "./values/pem";

/** Plain data that may be published. */
type Published = string | number | boolean | readonly Published[] | { readonly [key: string]: Published };

/**
 * The configuration in force, defaults included, as a plain object fit for a stack output. A secret is "set" or
 * "unset"; a certificate bundle is shown by the fingerprints of its certificates.
 */
export function effectiveConfiguration(settings: Settings): { readonly [key: string]: Published } {
  const published: Record<string, Published> = {};
  for (const path of settingPaths) {
    const value = valueAt(settings, path);
    const shown = fields[path].secret === true ? (value === undefined ? "unset" : "set") : publish(value);
    if (shown !== undefined) put(published, path.split("."), shown);
  }
  return published;
}

function publish(value: unknown): Published | undefined {
  if (value === undefined) return undefined;
  if (typeof value === "string" && pemLabels(value).length > 0) {
    return parseCertificates(value).map(({ fingerprint256 }) => `SHA-256 ${fingerprint256}`);
  }
  return value as Published;
}

function valueAt(settings: Settings, path: string): unknown {
  let node: unknown = settings;
  for (const name of path.split(".")) node = (node as Readonly<Record<string, unknown>>)[name];
  return node;
}

function put(target: Record<string, Published>, [name = "", ...rest]: readonly string[], value: Published): void {
  if (rest.length === 0) target[name] = value;
  else put((target[name] ??= {}) as Record<string, Published>, rest, value);
}
