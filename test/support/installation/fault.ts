import assert from "node:assert/strict";
import type { Check, Finding } from "../../../cli/verify/finding";
import { pathOf, type ClusterObject } from "./objects";
import type { World } from "./world";

/** One disturbance of a healthy installation. */
export interface Fault {
  readonly title: string;
  readonly inject: (world: World) => Promise<void>;
  /** The only check that may turn red. */
  readonly check: Check;
  readonly verdict?: "fail" | "warn";
  /** Lines that say so, one per object it strikes; default 1. */
  readonly lines?: number;
  readonly subject: RegExp;
  readonly cause: RegExp;
}

/** Asserts that the fault was found, named with its cause and a fix, and that nothing else turned red. */
export function assertFound(fault: Fault, findings: readonly Finding[]): void {
  const { check, verdict = "fail", lines = 1, subject, cause } = fault;
  const found = findings.filter((one) => one.verdict !== "pass" && one.verdict !== "unknown");
  assert.equal(found.length, lines, JSON.stringify(found, undefined, 1));
  for (const finding of found) {
    assert.deepEqual({ check: finding.check, verdict: finding.verdict }, { check, verdict }, finding.cause);
    assert.match(finding.subject, subject);
    assert.match(finding.cause, cause);
    assert.notEqual(finding.fix, "");
  }
}

/** Namespace of the platform in the installation that is disturbed. */
export const platform = "agyn-platform";

/** The browser hosts. */
export const hosts = (world: World) => world.model.exposures.map(({ host }) => host);

/** Path of an object by its group and version, kind, namespace and name. */
export function at(apiVersion: string, kind: string, namespace: string, name: string): string {
  return pathOf({ apiVersion, kind, metadata: { name, namespace } });
}

/** The object with other fields in its spec. */
export const withSpec = (spec: object) => (object: ClusterObject) => ({
  ...object,
  spec: { ...(object.spec as object), ...spec },
});
