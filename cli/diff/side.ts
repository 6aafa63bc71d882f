import { build } from "esbuild";
import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import * as os from "node:os";
import * as path from "node:path";
import { promisify } from "node:util";
import type * as ModelModule from "../../config/model";
import type * as ParseModule from "../../config/parse";
import type * as VersionsModule from "../../versions";
import type * as PoliciesModule from "../../access/render/network-policies";
import { formatProblems } from "../../config/problems";
import { readStackFile } from "../../config/stack-file";
import { versions } from "../../versions";
import { LocalError } from "../../local/local-error";
import { projectName } from "../../local/stack/configuration";
import { factsOf } from "./facts";
import type { Fact } from "./fact";
import { completeSecrets, loadStack, stackFileOf, stackNameOf } from "../offline/stack";
import { renderNetworkPolicies } from "../../access/render/network-policies";

const run = promisify(execFile);

/** The folders that make a model from a stack file. */
const modelFolders = ["access", "config", "generated"];
const versionsFile = "versions.ts";

/** One side of a comparison: what to call it, and every statement about reach that holds there. */
export interface Side {
  readonly title: string;
  readonly facts: readonly Fact[];
}

/** The working tree's side: its files as they are, built by the code that runs. */
export function currentSide(stack: string): Side {
  const { file, settings, model } = loadStack(stack);
  return { title: file, facts: factsOf(settings, model, renderNetworkPolicies(model), versions) };
}

/**
 * The side that `target` names: a stack file, a folder with one, a checkout (built by its own code), or a revision of
 * this repository (built by its own code too). Throws LocalError when it is none of these.
 */
export async function loadSide(target: string, stack: string): Promise<Side> {
  if (!existsSync(target)) return revisionSide(target, stackFileOf(stack));
  if (statSync(target).isFile()) return currentSide(target);
  const file = path.isAbsolute(stackFileOf(stack)) ? stackFileOf(stack) : path.join(target, stackFileOf(stack));
  return existsSync(path.join(target, "access", "model.ts")) ? checkoutSide(target, file) : currentSide(file);
}

async function revisionSide(ref: string, stackFile: string): Promise<Side> {
  const commit = await git(["rev-parse", "--verify", "--quiet", "--end-of-options", `${ref}^{commit}`], "").catch(
    () => {
      throw new LocalError(`"${ref}" is no revision of this repository, and no file or folder.`);
    },
  );
  const file = path.relative(await git(["rev-parse", "--show-toplevel"], ""), path.resolve(stackFile));
  return inTemporaryFolder(async (folder) => {
    const archive = path.join(folder, "revision.tar");
    const advice = `${ref} has no ${file}, or none of ${modelFolders.join(", ")}, ${versionsFile}: choose a newer revision.`;
    await git(["archive", "--output", archive, commit, "--", ...modelFolders, versionsFile, file], advice);
    await run("tar", ["-xf", archive, "-C", folder]);
    const side = await checkoutSide(folder, path.join(folder, file));
    return { ...side, title: `${file} of ${ref}` };
  });
}

async function checkoutSide(checkout: string, file: string): Promise<Side> {
  if (!existsSync(file)) throw new LocalError(`${file} does not exist: --stack names the stack to compare.`);
  return inTemporaryFolder(async (folder) => {
    const own = await compileModel(checkout, folder);
    const stack = stackNameOf(file);
    const { raw } = completeSecrets(readStackFile(readFileSync(file, "utf8")));
    const result = own.parse.parseSettings(raw, { project: projectName, stack, now: new Date() });
    if ("problems" in result) {
      throw new LocalError(`${file}\n${formatProblems(result.problems, { project: projectName, stack })}`);
    }
    const model = own.model.loadModel(result.settings);
    return {
      title: file,
      facts: factsOf(result.settings, model, own.policies.renderNetworkPolicies(model), own.versions),
    };
  });
}

// The other revision's own parser, model and renderer; its packages are those that are installed here.
async function compileModel(checkout: string, folder: string) {
  const sources = modelFolders.flatMap((name) =>
    readdirSync(path.join(checkout, name), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .map((file) => path.join(path.resolve(checkout), name, file)),
  );
  const outdir = path.join(folder, "compiled");
  const outbase = path.resolve(checkout);
  await build({
    entryPoints: [...sources, path.join(path.resolve(checkout), versionsFile)],
    outdir,
    outbase,
    format: "cjs",
    platform: "node",
    target: "node20",
    logLevel: "silent",
  });
  symlinkSync(installedPackages(), path.join(folder, "node_modules"), "dir");
  const load = createRequire(path.join(outdir, "entry.js"));
  return {
    parse: load("./config/parse.js") as typeof ParseModule,
    model: load("./config/model.js") as typeof ModelModule,
    policies: load("./access/render/network-policies.js") as typeof PoliciesModule,
    versions: (load("./versions.js") as typeof VersionsModule).versions,
  };
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
