import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { removeAtExit } from "./leftovers";

/** A program of the mesh that runs until it is stopped; it never outlives the process that started it. */
export interface Child {
  /** Waits until `whyNotReady` gives no reason any more. Throws with the reason and the log's end. */
  waitUntilReady(whyNotReady: () => Promise<string | undefined>): Promise<void>;
  /** Ends it, by force after a while. */
  stop(): Promise<void>;
  /** Everything it wrote. */
  readLog(): string;
}

const readySeconds = 90;
const stopSeconds = 10;
const shownCharacters = 2000;

/** Starts a program with its output in `log`. */
export function startChild(
  command: string,
  args: readonly string[],
  log: string,
  environment: Readonly<Record<string, string>> = {},
): Child {
  const output = openSync(log, "w", 0o600);
  const child = spawn(command, args, { stdio: ["ignore", output, output], env: { ...process.env, ...environment } });
  closeSync(output);
  child.once(
    "exit",
    removeAtExit(() => child.kill("SIGKILL")),
  );
  const readLog = () => readFileSync(log, "utf8");
  return {
    readLog,
    waitUntilReady: (whyNotReady) =>
      waitUntilReady(child, whyNotReady, (reason) => new Error(`${command} ${reason}\n${shorten(readLog())}`)),
    stop: () => stop(child),
  };
}

function shorten(log: string): string {
  return log.slice(-shownCharacters);
}

async function waitUntilReady(
  child: ChildProcess,
  whyNotReady: () => Promise<string | undefined>,
  toError: (reason: string) => Error,
): Promise<void> {
  for (const end = Date.now() + readySeconds * 1000; ; await sleep(100)) {
    if (hasEnded(child)) throw toError("ended while starting");
    const reason = await whyNotReady();
    if (reason === undefined) return;
    if (Date.now() > end) throw toError(`was not ready in ${readySeconds} s: ${reason}`);
  }
}

function hasEnded({ exitCode, signalCode, pid }: ChildProcess): boolean {
  return pid === undefined || exitCode !== null || signalCode !== null;
}

async function stop(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), stopSeconds * 1000);
  await exited;
  clearTimeout(force);
}
