import * as path from "node:path";
import { projectRoot } from "../support/project-root";
import { formatLine, summarize } from "./figures";
import { runToEnd, runToFirstLine } from "./process";

const rounds = 5;

/** Start of the program (compiled against ts-node with type check, alternating) and of the provider. */
export async function benchStartUp(): Promise<string[]> {
  const compiled: number[] = [];
  const checked: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = await runToEnd(process.execPath, [path.join(projectRoot, "dist/test/bench/program.js")]);
    compiled.push(run.seconds);
    memory.push((JSON.parse(run.stdout) as { megabytes: number }).megabytes);
    const tsNode = ["-r", "ts-node/register", path.join(projectRoot, "test/bench/program.ts")];
    checked.push(
      (await runToEnd(process.execPath, tsNode, { TS_NODE_PROJECT: path.join(projectRoot, "tsconfig.json") })).seconds,
    );
  }
  const ratio = summarize(checked).median / summarize(compiled).median;
  return [
    formatLine("program, start to all registrations", summarize(compiled), "s", 1.5),
    formatLine("the same under ts-node with type check", summarize(checked), "s"),
    `${"ratio ts-node / compiled".padEnd(44)} ${ratio.toFixed(2).padStart(8)}   target >= 3.5: ${ratio >= 3.5 ? "met" : "MISSED"}`,
    formatLine("program, peak memory", summarize(memory), "MB", 250),
    ...(await benchProvider()),
  ];
}

async function benchProvider(): Promise<string[]> {
  const seconds: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const run = await runToFirstLine(path.join(projectRoot, "bin/pulumi-resource-openziti"), []);
    seconds.push(run.seconds);
    memory.push(run.megabytes);
  }
  return [
    formatLine("provider, start to port", summarize(seconds), "s", 0.3),
    formatLine("provider, peak memory at that moment", summarize(memory), "MB", 120),
  ];
}
