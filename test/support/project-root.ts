import { existsSync } from "node:fs";
import * as path from "node:path";

/** The checkout's folder, whether this file runs compiled (from dist/) or as source. */
export const projectRoot = findRoot(__dirname);

function findRoot(folder: string): string {
  if (existsSync(path.join(folder, "package.json"))) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error("no package.json above the tests");
  return findRoot(parent);
}
