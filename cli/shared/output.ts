import { LocalError } from "../../local/local-error";
import { openTerminal, type Terminal } from "../../local/terminal";

/** The command could not do its work: wrong input, or something it needs is missing. */
export const failed = 1;

/** The work is done, and the answer is one that a gate stops at: "no", or a change that opens something. */
export const refused = 2;

/** Runs a command: progress and problems go to standard error, answers to standard output. */
export async function answer(run: (out: Terminal, progress: Terminal) => void | Promise<void>): Promise<void> {
  const progress = openTerminal(process.stderr, process.env);
  try {
    await run(openTerminal(process.stdout, process.env), progress);
  } catch (error) {
    if (!(error instanceof LocalError)) throw error;
    process.exitCode = failed;
    progress.line(progress.colors.red(error.message));
  }
}

/** Prints a value as JSON, for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
}
