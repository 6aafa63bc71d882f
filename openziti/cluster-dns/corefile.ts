/** A Corefile with our lines, or why it was left alone. */
type CorefileMerge = { readonly corefile: string } | { readonly refused: string };

const begin = "# begin of agyn-networking";
const end = "# end of agyn-networking";
const ownBlock = new RegExp(`^[ \\t]*${begin}\\n([\\s\\S]*?)^[ \\t]*${end}\\n`, "m");
// The block that answers for every name on the usual port.
const rootBlock = /^\.(:53)?[^\S\n]*\{[^\S\n]*\n/m;

/**
 * Puts lines, between two marks, into the block of a Corefile that answers for all names; lines of an earlier run are
 * replaced and everything else stays as it is. Refuses what it cannot do without touching somebody else's lines.
 */
export function mergeCorefile(corefile: string, lines: readonly string[]): CorefileMerge {
  const foreign = withoutOwnLines(corefile);
  if (foreign.includes(begin) || foreign.includes(end)) {
    return { refused: `one of the marks "${begin}" and "${end}" is missing or misplaced` };
  }
  const taken = lines.map(rewrittenName).find((name) => name !== undefined && isRewritten(foreign, name));
  if (taken !== undefined) return { refused: `another line already rewrites ${taken}` };
  const root = rootBlock.exec(foreign);
  if (root === null) return { refused: "it has no block `.:53 { … }` that answers for all names" };
  const at = root.index + root[0].length;
  const block = [begin, ...lines, end].map((line) => `    ${line}\n`).join("");
  return { corefile: foreign.slice(0, at) + block + foreign.slice(at) };
}

/** The Corefile as it would be if we had never been there. */
export function withoutOwnLines(corefile: string): string {
  return corefile.replace(ownBlock, "");
}

/** The lines between our marks; none without the marks. */
export function ownLines(corefile: string): readonly string[] {
  return trimmedLines(ownBlock.exec(corefile)?.[1] ?? "");
}

/** The lines of a text without blanks around them and without empty ones. */
export function trimmedLines(text: string): readonly string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
}

// `rewrite name exact <name> <service>`, the name being the last word but one.
function rewrittenName(line: string): string | undefined {
  return line.split(/\s+/).at(-2);
}

function isRewritten(corefile: string, name: string): boolean {
  const lines = corefile.split("\n").map((line) => line.trim().split(/\s+/));
  return lines.some(([first, ...words]) => first === "rewrite" && words.includes(name));
}
