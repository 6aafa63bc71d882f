import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { PlatformFolders } from "../../../local/platform/folders";

/** A text that somebody may read, and where it is. */
export interface Readable {
  readonly name: string;
  readonly content: string;
}

/** Every file that Pulumi keeps about the stacks of a platform: checkpoint, history, configuration. */
export function storedFiles({ root, backend, project }: PlatformFolders): readonly Readable[] {
  return [backend, project, path.join(root, "inline")].flatMap(filesBelow);
}

function filesBelow(folder: string): readonly Readable[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((name) => ({ name, content: readFileSync(name, "utf8") }));
}
