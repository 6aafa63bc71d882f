import { spawn } from "node:child_process";
import { createWriteStream, mkdirSync, renameSync, rmSync } from "node:fs";
import * as path from "node:path";
import { waitForLock } from "../lock";
import type { BuildRecipe, EngineSpec } from "./catalog";
import { EngineError, cachedBinary, tryFindEngine, type FoundEngine } from "./find";
import type { Environment } from "./folders";

/** An engine that has a recipe and can therefore be built. */
export type BuildableEngine = EngineSpec & { readonly recipe: BuildRecipe };

/** What a build is told, and tells. */
export interface BuildContext {
  /** The folder with the pinned Go modules, one subfolder per family. */
  readonly modules: string;
  readonly environment: Environment;
  readonly remark: (line: string) => void;
  /** Aborting ends the compiler; what it compiled so far stays in Go's own cache and the next build resumes there. */
  readonly signal: AbortSignal;
}

/** The environment of every build: static, reproducible binaries, and never a download of another Go toolchain. */
export const goSettings = { CGO_ENABLED: "0", GOFLAGS: "-trimpath", GOTOOLCHAIN: "local", GOWORK: "off" } as const;

/**
 * Builds an engine into the cache, or waits for another process that is building it. Throws EngineError, which names
 * the log, when the compiler fails.
 */
export async function buildEngine(spec: BuildableEngine, context: BuildContext): Promise<FoundEngine> {
  const target = cachedBinary(spec, context.environment);
  const folder = path.dirname(target);
  mkdirSync(folder, { recursive: true });
  const release = await waitForLock(path.join(folder, "lock"), `building ${spec.name}`, (holder) =>
    context.remark(`process ${holder.pid} is building ${spec.name} already: waiting for it`),
  );
  try {
    const already = await tryFindEngine(spec, { AGYN_ENGINES: path.dirname(folder), HOME: "/" }, context.remark);
    if (already) return already;
    const partial = `${target}.${process.pid}.partial`;
    try {
      await compile(spec, partial, context);
      renameSync(partial, target);
    } finally {
      rmSync(partial, { force: true });
    }
    return { name: spec.name, path: target, version: spec.version, source: "built" };
  } finally {
    release();
  }
}

/** The arguments of `go` for one engine. */
export function buildArguments(recipe: BuildRecipe, output: string): readonly string[] {
  return ["build", "-ldflags", `-s -w ${recipe.ldflags}`.trim(), "-o", output, recipe.package];
}

async function compile(spec: BuildableEngine, output: string, context: BuildContext): Promise<void> {
  const log = path.join(path.dirname(output), "build.log");
  const code = await new Promise<number | null>((resolve, reject) => {
    const child = spawn("go", buildArguments(spec.recipe, output), {
      cwd: path.join(context.modules, spec.recipe.family),
      env: { ...context.environment, ...goSettings },
      stdio: ["ignore", "pipe", "pipe"],
      signal: context.signal,
      killSignal: "SIGINT",
    });
    const sink = createWriteStream(log);
    child.stdout.pipe(sink, { end: false });
    child.stderr.pipe(sink, { end: false });
    child.once("error", reject);
    child.once("close", (status) => sink.end(() => resolve(status)));
  });
  if (code === 0) return;
  throw new EngineError(
    `building ${spec.name} ${spec.version} failed; what the compiler said is in ${log}. ` +
      `Give a binary instead: ${spec.variable}=/path/to/${spec.name}`,
  );
}
