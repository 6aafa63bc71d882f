import type { Fault } from "./problems";
import { isSettingPath, keysOf, sectionPaths, settingPaths } from "./schema";
import { closestPath } from "./suggest";
import { kindOf } from "./values/value-type";

/** What the user wrote, by path, and the keys that belong nowhere. */
export interface Given {
  readonly values: ReadonlyMap<string, unknown>;
  readonly faults: readonly Fault[];
}

interface Collected {
  readonly values: Map<string, unknown>;
  readonly faults: Fault[];
}

/**
 * Reads Pulumi's raw configuration (`<namespace>:<key>` -> text, objects as JSON). Keys of other namespaces belong to
 * providers and are left alone.
 */
export function readGiven(raw: Readonly<Record<string, string>>, namespace: string): Given {
  const collected: Collected = { values: new Map(), faults: [] };
  for (const [key, content] of Object.entries(raw)) {
    if (!key.startsWith(`${namespace}:`)) continue;
    const name = key.slice(namespace.length + 1);
    if (name.includes(".")) collected.faults.push(writtenWithoutPath(name));
    else readNode(name, sectionPaths.includes(name) ? parseObject(content) : content, collected);
  }
  return collected;
}

// Text that is no JSON stays text, and is then refused as what it is: no group of keys.
function parseObject(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return content;
    throw error;
  }
}

function readNode(path: string, node: unknown, collected: Collected): void {
  if (isSettingPath(path)) {
    collected.values.set(path, node);
  } else if (!sectionPaths.includes(path)) {
    collected.faults.push(unknownKey(path));
  } else if (typeof node !== "object" || node === null || Array.isArray(node)) {
    const allowed = `a group with ${keysOf(path).join(", ")}`;
    collected.faults.push({ key: path, reason: `is ${kindOf(node)}, a group of keys is needed`, allowed });
  } else {
    for (const [name, child] of Object.entries(node)) {
      if (name.includes(".")) collected.faults.push(unknownKey(`${path}.${name}`));
      else readNode(`${path}.${name}`, child, collected);
    }
  }
}

// `pulumi config set ingress.port 443` makes one key with a dot in its name, which is not the port of the ingress.
function writtenWithoutPath(name: string): Fault {
  return { key: name, reason: "is one key with dots in its name: it was set without --path", fix: "removeVerbatim" };
}

function unknownKey(path: string): Fault {
  const known = [...settingPaths, ...sectionPaths];
  const near = closestPath(path, known);
  const section = path.slice(0, Math.max(path.lastIndexOf("."), 0));
  return {
    key: path,
    reason: near === undefined ? "is an unknown key" : `is an unknown key: did you mean ${near}?`,
    allowed: keysOf(section).join(", "),
    fix: "remove",
  };
}
