import { mkdtempSync, rmSync, statSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Model } from "../../access/model/model";
import { factsOf } from "../../config/facts";
import { semanticDiff } from "../../cli/diff/semantic-diff";
import { findClient, findTarget } from "../../cli/explain/ends";
import { explain } from "../../access/answers/decide";
import { findObjectProblems } from "../../cli/shared/offline/object-problems";
import { registerObjects } from "../../cli/shared/offline/objects";
import { loadStack, type OfflineStack } from "../../cli/shared/offline/stack";
import { buildAssets } from "../../cli/report/assets";
import { renderPage } from "../../cli/report/page";
import { toReport } from "../../cli/report/to-report";
import { projectRoot } from "../support/project-root";
import { versions } from "../../versions";
import { formatLine, summarize } from "./figures";
import { formatRatio, growModel } from "./mesh";
import { runToEnd } from "./process";

const rounds = 7;
const growth = 10;

/** The commands as a reviewer runs them on the sample of production, from start to exit. */
const commands = [
  { title: "agyn-net preview", args: ["preview"], target: 2 },
  { title: "agyn-net diff HEAD", args: ["diff", "HEAD"], target: 2 },
  { title: "agyn-net explain", args: ["explain", "--from", "gateway", "--to", "runners.ListWorkloads"], target: 0.5 },
  { title: "agyn-net who-can", args: ["who-can", "runners.ListWorkloads"], target: 0.5 },
] as const;

async function timeCommand(args: readonly string[]): Promise<number> {
  const main = path.join(projectRoot, "dist/cli/main.js");
  const stack = ["--stack", path.join(projectRoot, "Pulumi.prod.yaml")];
  return (await runToEnd(process.execPath, [main, ...args, ...stack])).seconds;
}

async function repeat(run: () => number | Promise<number>): Promise<number[]> {
  const values: number[] = [];
  for (let round = 0; round < rounds; round++) values.push(await run());
  return values;
}

const milliseconds = (run: () => unknown) => () => {
  const started = performance.now();
  run();
  return performance.now() - started;
};

/** What each command computes, for a model of any size. */
async function workOf({ settings, ...stack }: OfflineStack) {
  const objects = await registerObjects({ settings, ...stack });
  const facts = (model: Model) => factsOf(settings, model, versions);
  const assets = buildAssets();
  const page = (model: Model) => renderPage(toReport(model, settings, stack.name, undefined), assets);
  const work = {
    "preview: objects against their schemas": (_: Model, times: number) =>
      findObjectProblems(Array.from({ length: times }, () => objects).flat()),
    // The most there is to tell: everything is new.
    "diff: facts, compared with none": (model: Model) => semanticDiff([], facts(model)),
    explain: (model: Model) => explain(model, findClient(model, "gateway"), findTarget(model, "runners.ListWorkloads")),
    "report: the page": (model: Model) => page(model),
  };
  return { work, page };
}

/** What the command line takes for its answers: whole commands, and what they compute at ten times the services. */
export async function benchCommandLine(): Promise<string[]> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-bench-"));
  const lines: string[] = [];
  try {
    for (const { title, args, target } of commands)
      lines.push(formatLine(title, summarize(await repeat(() => timeCommand(args))), "s", target));
    const file = path.join(folder, "report.html");
    lines.push(
      formatLine("agyn-net report", summarize(await repeat(() => timeCommand(["report", "--out", file]))), "s", 3),
    );
    lines.push(formatLine("its size", summarize([statSync(file).size / 1e6]), "MB", 1.5));
  } finally {
    rmSync(folder, { recursive: true });
  }
  return [...lines, ...(await benchGrowth())];
}

async function benchGrowth(): Promise<string[]> {
  const stack = loadStack(path.join(projectRoot, "Pulumi.prod.yaml"));
  const grown = growModel(stack.model, growth);
  const { work, page } = await workOf(stack);
  const lines: string[] = [];
  for (const [title, run] of Object.entries(work)) {
    await repeat(milliseconds(() => run(grown, growth)));
    const once = summarize(await repeat(milliseconds(() => run(stack.model, 1))));
    const times = summarize(await repeat(milliseconds(() => run(grown, growth))));
    lines.push(formatLine(title, once, "ms"), formatLine(`  the same for ${growth} times the services`, times, "ms"));
    lines.push(formatRatio("  time of the fastest rounds", times.min / once.min));
  }
  const size = Buffer.byteLength(page(grown)) / 1e6;
  return [...lines, formatLine(`size of the report, ${growth} times the services`, summarize([size]), "MB")];
}
