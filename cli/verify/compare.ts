import type { Manifest } from "../../access/render/manifest";
import { toUnknown } from "../preflight/facts";
import { findingsOf } from "../preflight/finding";
import { objectsOf, type LiveObject, type VerifyFacts } from "./facts";
import type { Check, Finding } from "./finding";

const repair = "pulumi up --refresh";

/** The first place where a live value is not what was rendered, as a path; undefined where they agree. */
function tryFindDifference(rendered: unknown, live: unknown, path = "spec"): string | undefined {
  if (Array.isArray(rendered) && Array.isArray(live)) {
    if (rendered.length !== live.length) return path;
    return firstOf(rendered.map((item, index) => tryFindDifference(item, live[index], `${path}[${index}]`)));
  }
  if (isObject(rendered) && isObject(live)) {
    const names = [...new Set([...Object.keys(rendered), ...Object.keys(live)])];
    return firstOf(names.map((name) => tryFindDifference(rendered[name], live[name], `${path}.${name}`)));
  }
  return rendered === live ? undefined : path;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const firstOf = (paths: readonly (string | undefined)[]) => paths.find((path) => path !== undefined);

/** Title of an object: `AuthorizationPolicy agyn-platform/runners`. */
export function titleOf(
  kind: string,
  { name, namespace }: { readonly name: string; readonly namespace?: string },
): string {
  return `${kind} ${namespace === undefined ? name : `${namespace}/${name}`}`;
}

/** What one kind of object is compared by. */
interface Comparison {
  readonly check: Check;
  readonly kind: string;
  /** What follows when one is missing or was changed. */
  readonly consequence: (name: string) => string;
}

/** Every rendered object of a kind is there and unmodified: a finding per departure, and one pass per namespace. */
export function compareObjects(
  facts: VerifyFacts,
  expected: readonly Manifest[],
  { check, kind, consequence }: Comparison,
): Finding[] {
  const { pass, fail } = findingsOf(check);
  const own = expected.filter((manifest) => manifest.kind === kind);
  const namespaces = [...new Set(own.map(({ metadata }) => metadata.namespace ?? ""))];
  return namespaces.flatMap((namespace) => {
    const wanted = own.filter(({ metadata }) => (metadata.namespace ?? "") === namespace);
    const reading = objectsOf(facts, kind, namespace);
    if (!("value" in reading)) return [toUnknown(check, `${kind} of ${namespace}`, reading)];
    const departures = wanted.flatMap(({ metadata, spec }) => {
      const live = reading.value.find((object) => object.metadata.name === metadata.name);
      const subject = titleOf(kind, metadata);
      if (live === undefined)
        return [fail(subject, `is missing: ${consequence(metadata.name)}`, `Make it anew: ${repair}`)];
      const path = tryFindDifference(spec, live.spec ?? {});
      if (path === undefined) return [];
      return [fail(subject, `was changed by hand at ${path}: ${consequence(metadata.name)}`, `Undo it: ${repair}`)];
    });
    const same = wanted.length - departures.length;
    const agreeing = pass(`${kind} of ${namespace}`, `${same} of ${wanted.length} are there as rendered`);
    return [...departures, ...(same > 0 ? [agreeing] : [])];
  });
}

/** The live objects of a kind in a namespace that the program did not render. */
export function foreignObjects(
  facts: VerifyFacts,
  expected: readonly Manifest[],
  kind: string,
  namespace: string,
): readonly LiveObject[] {
  const reading = objectsOf(facts, kind, namespace);
  if (!("value" in reading)) return [];
  const own = expected
    .filter((manifest) => manifest.kind === kind && manifest.metadata.namespace === namespace)
    .map(({ metadata }) => metadata.name);
  return reading.value.filter(({ metadata }) => !own.includes(metadata.name));
}
