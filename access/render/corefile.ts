import type { ClusterName } from "../cluster-names";

/** A Corefile with our lines, or why it was left alone. */
export type CorefileMerge = { readonly corefile: string } | { readonly refused: string };

const begin = "# begin of agyn-networking";
const end = "# end of agyn-networking";
const ownBlock = new RegExp(`^[ \\t]*${begin}\\n[\\s\\S]*?^[ \\t]*${end}\\n`, "m");
// The block that answers for every name on the usual port.
const rootBlock = /^\.(:53)?[^\S\n]*\{[^\S\n]*\n/m;

/** CoreDNS lines that answer each name with the address of its Service. */
export function renderRewrites(names: readonly ClusterName[]): readonly string[] {
  return names.map(({ name, service }) => `rewrite name exact ${name} ${service}`);
}

/**
 * Puts our lines, between two marks, into the block of a Corefile that answers for all names; lines of an earlier run are
 * replaced and everything else stays as it is. Refuses what it cannot do without touching somebody else's lines.
 */
export function mergeCorefile(corefile: string, names: readonly ClusterName[]): CorefileMerge {
  const foreign = corefile.replace(ownBlock, "");
  if (foreign.includes(begin) || foreign.includes(end)) {
    return { refused: `one of the marks "${begin}" and "${end}" is missing or misplaced` };
  }
  const taken = names.find(({ name }) => isRewritten(foreign, name));
  if (taken !== undefined) return { refused: `somebody else's line already rewrites ${taken.name}` };
  const root = rootBlock.exec(foreign);
  if (root === null) return { refused: "it has no block `.:53 { … }` that answers for all names" };
  const at = root.index + root[0].length;
  const lines = [begin, ...renderRewrites(names), end].map((line) => `    ${line}\n`).join("");
  return { corefile: foreign.slice(0, at) + lines + foreign.slice(at) };
}

function isRewritten(corefile: string, name: string): boolean {
  const lines = corefile.split("\n").map((line) => line.trim().split(/\s+/));
  return lines.some(([first, ...words]) => first === "rewrite" && words.includes(name));
}
