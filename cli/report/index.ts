import { Command } from "commander";
import { writeFileSync } from "node:fs";
import { LocalError } from "../../local/local-error";
import type { Terminal } from "../../local/terminal";
import { semanticDiff } from "../diff/semantic-diff";
import { currentSide, loadSide } from "../diff/side";
import { loadStack } from "../shared/offline/stack";
import { answer } from "../shared/output";
import { buildAssets } from "./assets";
import { renderPage } from "./page";
import { toReport } from "./to-report";

interface ReportOptions {
  readonly stack: string;
  readonly out: string;
  readonly against?: string;
}

const epilogue = `
One file that loads nothing: open it in a browser, attach it to a review, print it. Holds no secret.
Exit codes: 0 written, 1 failed.`;

/** \`agyn-net report\`: who can reach what, as one self-contained HTML file. */
export function reportCommand(): Command {
  return new Command("report")
    .description("Write an HTML file with every call, a picture per layer, the public surface, records and dates.")
    .option("--stack <file or name>", "the stack to report on: Pulumi.<name>.yaml of this folder, or a file", "prod")
    .option("--out <file>", "where to write it", "report.html")
    .option("--against <before>", "also list what changed since a revision, a stack file, or a folder with one")
    .addHelpText("after", epilogue)
    .action((options: ReportOptions) => answer((out, progress) => perform(options, out, progress)));
}

async function perform({ stack, out: file, against }: ReportOptions, out: Terminal, progress: Terminal): Promise<void> {
  const { settings, model, name } = loadStack(stack);
  if (against !== undefined) progress.status(`reading ${against} …`);
  const changes = against === undefined ? undefined : await changesSince(against, stack);
  const page = renderPage(toReport(model, settings, name, changes), buildAssets());
  try {
    writeFileSync(file, page);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unwritable";
    throw new LocalError(`--out: ${file} cannot be written (${code}). Give a path in a folder that exists.`);
  }
  out.line(`${file}: ${Math.ceil(Buffer.byteLength(page) / 1024)} KiB`);
}

async function changesSince(against: string, stack: string): Promise<readonly string[]> {
  const before = await loadSide(against, stack);
  return semanticDiff(before.facts, currentSide(stack).facts).map(({ sentence }) => sentence);
}
