import { spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { tryReadText, writeWhole } from "../files";
import { isRunning, tryIdentify, type ProcessIdentity } from "../running";
import { LocalError } from "../local-error";

/** An engine as a process: what to run and how to see that it is ready. */
export interface EngineProcess {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Files to write before it starts, by path; readable by the user only. */
  readonly files?: Readonly<Record<string, string>>;
  /** The reason why it is not ready yet, or undefined when it is. */
  readonly whyNotReady: () => Promise<string | undefined>;
  /** Seconds until a process that is not ready counts as failed. */
  readonly deadline: number;
}

/** A process started by a platform, as recorded in its state folder. */
export interface ProcessRecord extends ProcessIdentity {
  readonly name: string;
  readonly command: string;
  readonly log: string;
}

/** Where records and logs of a platform's processes are. */
interface ProcessFolders {
  readonly processes: string;
  readonly logs: string;
}

/** An engine did not come up, or did not end: names the engine and its log. */
export class ProcessError extends LocalError {}

/**
 * Starts a process of its own session (Ctrl-C in the terminal does not reach it) with its output in a log file, and
 * records it at once. The caller waits with waitUntilReady.
 */
export function startProcess(engine: EngineProcess, folders: ProcessFolders): ProcessRecord {
  mkdirSync(folders.logs, { recursive: true, mode: 0o700 });
  for (const [file, contents] of Object.entries(engine.files ?? {})) writeWhole(file, contents);
  const log = path.join(folders.logs, `${engine.name}.log`);
  const output = openSync(log, "w", 0o600);
  const child = spawn(engine.command, engine.args, {
    detached: true,
    stdio: ["ignore", output, output],
    env: { ...process.env, ...engine.environment },
    cwd: folders.logs,
  });
  closeSync(output);
  child.once("error", () => undefined); // A failed start shows as a missing pid below.
  child.unref();
  const identity = child.pid === undefined ? undefined : tryIdentify(child.pid);
  if (!identity) throw new ProcessError(`${engine.name} could not be started: ${engine.command}; log: ${log}`);
  const record = { ...identity, name: engine.name, command: engine.command, log };
  writeWhole(path.join(folders.processes, `${engine.name}.json`), JSON.stringify(record));
  return record;
}

/**
 * Waits until the engine is ready. Throws ProcessError, with the last reason and the log, when its process ends first
 * or `seconds` (default: the engine's deadline) pass.
 */
export async function waitUntilReady(
  engine: EngineProcess,
  record: ProcessRecord,
  seconds = engine.deadline,
): Promise<void> {
  for (const end = Date.now() + seconds * 1000; ; await sleep(100)) {
    const reason = await engine.whyNotReady();
    if (reason === undefined) return;
    if (!isRunning(record)) throw new ProcessError(`${engine.name} ended while starting; log: ${record.log}`);
    if (Date.now() > end) {
      throw new ProcessError(`${engine.name} is not ready after ${seconds} s: ${reason}; log: ${record.log}`);
    }
  }
}

/** The recorded processes that still run. Records of processes that are gone are dropped. */
export function runningProcesses(folders: ProcessFolders): readonly ProcessRecord[] {
  return readRecords(folders).filter((record) => {
    const running = isRunning(record);
    if (!running) removeRecord(record, folders);
    return running;
  });
}

/** Ends recorded processes, politely first, by force after 10 s. Foreign processes are never signalled. */
export async function stopProcesses(records: readonly ProcessRecord[], folders: ProcessFolders): Promise<void> {
  await Promise.all(
    records.map(async (record) => {
      if (!(await endedAfter(record, "SIGTERM", 10)) && !(await endedAfter(record, "SIGKILL", 5))) {
        throw new ProcessError(`${record.name} (pid ${record.pid}) did not end; log: ${record.log}`);
      }
      removeRecord(record, folders);
    }),
  );
}

async function endedAfter(record: ProcessRecord, signal: NodeJS.Signals, seconds: number): Promise<boolean> {
  if (!isRunning(record)) return true;
  signalProcess(record, signal);
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(50)) {
    if (!isRunning(record)) return true;
  }
  return false;
}

function signalProcess(record: ProcessRecord, signal: NodeJS.Signals): void {
  try {
    process.kill(record.pid, signal);
  } catch (error) {
    // It ended between the check and the signal.
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

function readRecords(folders: ProcessFolders): readonly ProcessRecord[] {
  mkdirSync(folders.processes, { recursive: true, mode: 0o700 });
  return readdirSync(folders.processes)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(tryReadText(path.join(folders.processes, name)) ?? "{}") as ProcessRecord);
}

function removeRecord(record: ProcessRecord, folders: ProcessFolders): void {
  rmSync(path.join(folders.processes, `${record.name}.json`), { force: true });
}
