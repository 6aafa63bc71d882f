import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { goSettings } from "../../../local/engines/build";
import { enginesFolder } from "../../../local/engines/folders";
import { projectRoot } from "../project-root";

const source = path.join(projectRoot, "test", "support", "platform-standin", "program");

/** What the program is made of: its binary lies in the cache under it. */
function digestOfSource(): string {
  const hash = createHash("sha256");
  for (const file of readdirSync(source).sort()) hash.update(file).update(readFileSync(path.join(source, file)));
  return hash.digest("hex").slice(0, 12);
}

/** Whether there is a Go client to build it with. */
export async function hasGo(): Promise<boolean> {
  return promisify(execFile)("go", ["version"]).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}

/**
 * The binary of the stand-in's program, static, built once for each state of its source. Throws with what the compiler
 * said.
 */
export async function buildProgram(): Promise<string> {
  const folder = path.join(enginesFolder(process.env), `platform-standin-${digestOfSource()}`);
  const binary = path.join(folder, "platform-standin");
  if (existsSync(binary)) return binary;
  mkdirSync(folder, { recursive: true });
  const partial = `${binary}.${process.pid}.partial`;
  const settings = { cwd: source, env: { ...process.env, ...goSettings } };
  try {
    await promisify(execFile)("go", ["build", "-ldflags", "-s -w", "-o", partial, "."], settings);
    renameSync(partial, binary);
  } finally {
    rmSync(partial, { force: true });
  }
  return binary;
}
