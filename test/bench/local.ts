import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { planEngines } from "../../local/engines/prepare";
import { projectRoot } from "../support/project-root";
import { formatLine, summarize } from "./figures";
import { runToEnd } from "./process";

const command = path.join(projectRoot, "bin/agyn-net");

/** The local platform with its engines cached: ready, first `up`, second `up`, destroy. Skipped where engines are missing. */
export async function benchLocal(): Promise<string[]> {
  const lines: string[] = [];
  for (const mode of ["as found", "simulated"] as const) {
    const options = mode === "simulated" ? ["--simulated"] : [];
    const { toBuild } = await planEngines(process.env, mode === "simulated", () => undefined);
    if (toBuild.length > 0) {
      const missing = toBuild.map(({ name }) => name).join(", ");
      lines.push(`local platform (${mode}): skipped, not built: ${missing} (npm run local -- engines)`);
    } else lines.push(...(await benchMode(mode, options)));
  }
  return lines;
}

async function benchMode(mode: string, options: readonly string[]): Promise<string[]> {
  const state = mkdtempSync(path.join(os.tmpdir(), "agyn-bench-"));
  const local = (...args: string[]) =>
    runToEnd(command, ["local", ...args], { AGYN_LOCAL_STATE: state, AGYN_LOCAL_GROUND: "engines" });
  try {
    const first = await local("up", ...options);
    const second = await local("up", ...options);
    const destroy = await local("destroy", ...options);
    const ready = secondsIn(/^The platform is ready after (.*)\.$/m, first.stdout);
    const verdict = /\((simulated run|run against the real engines).*\)/.exec(first.stdout)?.[1] ?? "unknown";
    return [
      `local platform, ${mode}: ${verdict}`,
      line("  platform ready", ready, 20),
      line("  up of dev, platform not counted", first.seconds - ready, 45),
      line("  second up", second.seconds, 10),
      line("  destroy", destroy.seconds, 45),
    ];
  } finally {
    await local("stop", "--wipe");
    rmSync(state, { recursive: true, force: true });
  }
}

function line(title: string, seconds: number, target: number): string {
  return formatLine(title, summarize([seconds]), "s", target);
}

/** Reads "8 s" or "1 min 20 s" out of a command's output. */
function secondsIn(pattern: RegExp, output: string): number {
  const [, minutes, seconds] = /(?:(\d+) min )?(\d+) s/.exec(pattern.exec(output)?.[1] ?? "") ?? [];
  return Number(minutes ?? 0) * 60 + Number(seconds ?? Number.NaN);
}
