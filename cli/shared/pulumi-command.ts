import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { LocalError } from "../../local/local-error";

/** What `pulumi config --show-secrets --json` prints. */
export type ShownConfig = Readonly<Record<string, { readonly value?: string }>>;

/** How `pulumi` runs. */
export interface RunOptions {
  /** Let the user see and answer. */
  readonly show: boolean;
  /** What it reads from standard input: the place for a secret. */
  readonly input?: string;
}

/** What `pulumi <args>` answers, without the user seeing it. Throws LocalError with its message when it fails. */
export function askPulumi(args: readonly string[], input?: string): Promise<string> {
  return runPulumi([...args, "--non-interactive"], { show: false, input });
}

/** Runs `pulumi <args>` and returns its output, empty when it is shown. Throws LocalError when it fails. */
export async function runPulumi(args: readonly string[], { show, input }: RunOptions): Promise<string> {
  const child = spawn("pulumi", args, { stdio: show ? "inherit" : ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (error) =>
      reject(new LocalError(`pulumi cannot be started (${error.message}): is it on PATH?`)),
    );
    child.once("close", (code) => resolve(code ?? 1));
  });
  // A command that ends before it has read its input says why with its exit code: the broken pipe adds nothing.
  child.stdin?.once("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") child.emit("error", error);
  });
  child.stdin?.end(input ?? "");
  const [output = "", errors = ""] = await Promise.all([child.stdout, child.stderr].map(readAll));
  const code = await ended;
  if (code === 0) return output;
  throw new LocalError(`${toCommandLine(args)} failed (exit code ${code}). ${errors.trim()}`.trim());
}

// The command as it was run. Secrets are no arguments; PEM is, and is cut at its first line.
function toCommandLine(args: readonly string[]): string {
  const words = args.map((word) => {
    const [first = "", ...others] = word.split("\n");
    const shown = others.length === 0 ? first : `${first}…`;
    return /^[A-Za-z0-9._/:=-]+$/.test(shown) ? shown : `'${shown.replaceAll("'", `'\\''`)}'`;
  });
  return ["pulumi", ...words].join(" ");
}

function readAll(stream: Readable | null): Promise<string> {
  return stream === null ? Promise.resolve("") : text(stream);
}
