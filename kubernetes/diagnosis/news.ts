import type { Finding } from "./diagnose";

/** What earlier looks at a cluster have found: when each reason was first there, and whether it was told. */
export type Memory = ReadonlyMap<string, { readonly since: number; readonly told: boolean }>;

/** A look at the cluster: what is to be told now, and what to remember. */
interface News {
  readonly fresh: readonly Finding[];
  readonly memory: Memory;
}

/**
 * Which findings to tell: each reason once in a run, and only when it has lasted. One that went away and comes back has to
 * last again. `now` in milliseconds. Pure.
 */
export function toNews(memory: Memory, findings: readonly Finding[], now: number): News {
  const seen = findings.map((finding) => ({ finding, since: memory.get(finding.key)?.since ?? now }));
  const isFresh = ({ finding, since }: { finding: Finding; since: number }) =>
    memory.get(finding.key)?.told !== true && now - since >= finding.patience * 1000;
  const told = [...memory].filter(([, one]) => one.told);
  const lasting = seen
    .filter(({ finding }) => memory.get(finding.key)?.told !== true)
    .map((one) => [one.finding.key, { since: one.since, told: isFresh(one) }] as const);
  return { fresh: seen.filter(isFresh).map(({ finding }) => finding), memory: new Map([...told, ...lasting]) };
}
