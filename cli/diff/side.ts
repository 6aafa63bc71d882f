import { build } from "esbuild";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type { Fact } from "../../access/answers/facts/fact";
import { factsOf } from "../../config/facts";
import { factsVersion } from "../../config/print-facts";
import { LocalError } from "../../local/local-error";
import { versions } from "../../versions";
import { loadStack, stackFileOf } from "../shared/offline/stack";

const run = promisify(execFile);

/** What a revision prints its facts with, and the folders that this is made of. */
const printer = "config/print-facts.ts";
const folders = ["access", "config", "generated"];
const versionsFile = "versions.ts";

/** One side of a comparison: what to call it, and every statement about reach that holds there. */
export interface Side {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** The working tree's side: its files as they are, built by the code that runs. */
export function currentSide(stack: string): Side {
  const { file, settings, model } = loadStack(stack);
  return { title: file, facts: factsOf(settings, model, versions) };
}

/**
 * The side that `target` names: a stack file, a folder with one, a checkout (built by its own code), or a revision of
 * this repository (built by its own code too). Throws LocalError when it is none of these.
 */
export async function loadSide(target: string, stack: string): Promise<Side> {
  if (!existsSync(target)) return revisionSide(target, stackFileOf(stack));
  if (statSync(target).isFile()) return currentSide(target);
  const file = path.isAbsolute(stackFileOf(stack)) ? stackFileOf(stack) : path.join(target, stackFileOf(stack));
  return existsSync(path.join(target, printer)) ? checkoutSide(target, file) : currentSide(file);
}

async function revisionSide(ref: string, stackFile: string): Promise<Side> {
  const commit = await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], "").catch(
    () => {
      throw new LocalError(`"${ref}" is not a revision of this repository, nor a file or folder.`);
    },
  );
  const file = path.relative(await git(["rev-parse", "--show-toplevel"], ""), path.resolve(stackFile));
  return inTemporaryFolder(async (folder) => {
    const archive = path.join(folder, "revision.tar");
    const advice = `${ref} has no ${file}, or no ${printer}, which prints its facts: choose a newer revision.`;
    await git(["archive", "--output", archive, commit, "--", printer, ...folders, versionsFile, file], advice);
    await run("tar", ["-xf", archive, "-C", folder]);
    const side = await checkoutSide(folder, path.join(folder, file));
    return { ...side, title: `${file} of ${ref}` };
  });
}

/** What a revision prints about one of its stack files. */
interface Printed {
  readonly version: number;
  readonly facts?: readonly Fact[];
  readonly problems?: string;
}

async function checkoutSide(checkout: string, file: string): Promise<Side> {
  if (!existsSync(file)) throw new LocalError(`${file} does not exist: --stack names the stack to compare.`);
  const { version, facts, problems } = await inTemporaryFolder((folder) => printedFacts(checkout, file, folder));
  if (version !== factsVersion) {
    throw new LocalError(
      `${checkout} prints its facts in version ${version}, and this revision reads ${factsVersion}: compare with a nearer one.`,
    );
  }
  if (facts === undefined) throw new LocalError(`${file}\n${problems ?? "its facts are missing"}`);
  return { title: file, facts };
}

// The revision's own parser and model, in a process of their own; the packages are those that are installed here.
async function printedFacts(checkout: string, file: string, folder: string): Promise<Printed> {
  const outfile = path.join(folder, "print-facts.js");
  await build({
    entryPoints: [path.join(path.resolve(checkout), printer)],
    outfile,
    bundle: true,
    packages: "external",
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "silent",
  });
  symlinkSync(installedPackages(), path.join(folder, "node_modules"), "dir");
  const { stdout } = await run(process.execPath, [outfile, path.resolve(file)], { maxBuffer: 1 << 28 });
  return JSON.parse(stdout) as Printed;
}

function installedPackages(): string {
  return path.resolve(createRequire(__filename).resolve("yaml/package.json"), "..", "..");
}

async function git(args: readonly string[], advice: string): Promise<string> {
  try {
    return (await run("git", args)).stdout.trim();
  } catch (error) {
    const { stderr = "", code } = error as { stderr?: string; code?: string | number };
    if (code === "ENOENT") throw new LocalError("git is needed to read another revision, and is not on PATH.");
    throw new LocalError([advice, stderr.trim()].filter((part) => part !== "").join("\n"));
  }
}

async function inTemporaryFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-net-"));
  try {
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
