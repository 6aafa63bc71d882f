import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { Generator } from "./generator";

const target = "CONTRIBUTING.md";
const begin = "<!-- tree: written by `npm run generate` -->";
const end = "<!-- end of tree -->";

const folders = [
  "bin",
  "config",
  "access",
  "components",
  "openziti",
  "policy",
  "cli",
  "local",
  "generated",
  "scripts",
  "test",
];

/** Keeps the tree in CONTRIBUTING.md: a line per source file, taken from the file itself. */
export function treeGenerator(root: string): Generator {
  return {
    name: "tree",
    files: () => {
      const page = readFileSync(path.join(root, target), "utf8");
      return Promise.resolve(new Map([[target, replaceTree(page, renderTree(root))]]));
    },
  };
}

/** The page with the text between its two markers replaced. Throws when a marker is missing. */
export function replaceTree(page: string, tree: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`${target} has lost the markers of its tree`);
  return `${page.slice(0, from)}${begin}\n\n${tree}\n${page.slice(to)}`;
}

function renderTree(root: string): string {
  const files = ["index.ts", "versions.ts", ...folders.flatMap((folder) => listFiles(root, folder))];
  const sections = new Map<string, string[]>();
  const silent: string[] = [];
  for (const file of files) {
    const folder = path.dirname(file);
    const description = tryDescribe(readFileSync(path.join(root, file), "utf8"));
    if (description === undefined) silent.push(file);
    sections.set(folder, [...(sections.get(folder) ?? []), `- \`${path.basename(file)}\`: ${description}`]);
  }
  if (silent.length > 0) throw new Error(`no comment says what these files are about: ${silent.join(", ")}`);
  return [...sections]
    .map(([folder, lines]) => `**${folder === "." ? "top level" : `${folder}/`}**\n\n${lines.join("\n")}\n`)
    .join("\n");
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && (entry.name.endsWith(".ts") || folder === "bin"))
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

// The doc comment of an export: of what the file does (function, class, value) rather than of the types it needs for it.
const documentedBehavior =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:async |abstract |default )*(?:function|class|const)\b/;
const documented = /\/\*\*([\s\S]*?)\*\//;

/** What a file is about, in one sentence: the title of a test, else its leading comment, else that of its first export. */
export function tryDescribe(text: string): string | undefined {
  const title = /^describe\((?:"([^"]+)"|`([^`]+)`)/m.exec(text);
  if (title !== null) return `${title[1] ?? title[2]}`;
  const leading = /^(?:#!.*\n)?((?:\/\/.*\n)+)/.exec(text)?.[1]?.replace(/^\/\/ ?/gm, "");
  const doc = (documentedBehavior.exec(text) ?? documented.exec(text))?.[1]?.replace(/^\s*\* ?/gm, "");
  const comment = leading ?? doc;
  return comment === undefined ? undefined : firstSentence(comment);
}

function firstSentence(comment: string): string {
  const flat = comment.replace(/\s+/g, " ").trim();
  return /^.*?\.(?= |$)/.exec(flat)?.[0].replace(/\.$/, "") ?? flat;
}
