import { Command, Option } from "commander";
import type { Terminal } from "../../local/terminal";
import { areaNames, renderMarkdown, sections } from "./markdown";
import { semanticDiff, type Change, type Effect } from "./semantic-diff";
import { currentSide, loadSide } from "./side";
import { answer, printJson, refused } from "../shared/output";

type Gate = "widened" | "any";

interface DiffOptions {
  readonly stack: string;
  readonly failOn?: Gate;
  readonly json: boolean;
  readonly markdown: boolean;
}

const epilogue = `
Before: <before>. After: the working tree. Another revision is built by its own code; a folder or a file without code is
read by this one. Needs no cluster and no secret.
Exit codes: 0 done, 1 failed, 2 --fail-on found such a change.`;

/** \`agyn-net diff\`: what changes in who may reach what. */
export function diffCommand(): Command {
  return new Command("diff")
    .description("Tell in sentences who may reach what after a change that could not before, and the other way round.")
    .argument("<before>", "a revision (main, HEAD~1), a stack file, or a folder with one")
    .option("--stack <file or name>", "the stack to compare: Pulumi.<name>.yaml of this folder, or a file", "prod")
    .addOption(
      new Option("--fail-on <effect>", "end with 2 when something opens, or when anything changes").choices([
        "widened",
        "any",
      ]),
    )
    .option("--markdown", "print Markdown, fit for the comment of a pull request", false)
    .option("--json", "print the changes as JSON", false)
    .addHelpText("after", epilogue)
    .action((before: string, options: DiffOptions) => answer((out) => perform(before, options, out)));
}

async function perform(target: string, options: DiffOptions, out: Terminal): Promise<void> {
  const before = await loadSide(target, options.stack);
  const after = currentSide(options.stack);
  const changes = semanticDiff(before.facts, after.facts);
  if (options.json) printJson({ before: before.title, after: after.title, changes });
  else if (options.markdown) out.line(renderMarkdown(before.title, after.title, changes));
  else print(changes, out);
  if (options.failOn !== undefined && changes.some(({ effect }) => stops(effect, options.failOn))) {
    process.exitCode = refused;
  }
}

const stops = (effect: Effect, gate: Gate | undefined) => gate === "any" || effect === "widened";

function print(changes: readonly Change[], { line, colors }: Terminal): void {
  const paint = { widened: colors.yellow, narrowed: colors.green, neutral: colors.cyan };
  if (changes.length === 0) line("Nothing changes in who may reach what.");
  for (const { effect, title, changes: some } of sections(changes)) {
    line(colors.bold(paint[effect](title)));
    for (const { area, sentence } of some) line(`  ${sentence} ${colors.dim(`(${areaNames[area]})`)}`);
  }
}
