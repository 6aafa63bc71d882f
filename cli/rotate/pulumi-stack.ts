import { spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { LocalError } from "../../local/local-error";
import { projectName } from "../../local/stack/configuration";
import { parseJournal } from "./journal";
import type { RotationStack } from "./rotation";
import { readStackConnection } from "./stack-connection";

/** The stack to rotate, as `pulumi` takes it. */
export interface StackChoice {
  readonly stack: string;
  /** Default: `Pulumi.<stack>.yaml` of the working directory. */
  readonly configFile?: string;
  /** Apply without asking. */
  readonly yes: boolean;
}

// Not the program's namespace: the program must not take a half-made credential for a setting.
const journalKey = "agyn-rotation:journal";

const credentialPaths = ["cert", "key", "username", "password"] as const;
const secretPaths: ReadonlySet<string> = new Set(["key", "password"]);

/** A stack in the working directory, read and changed by `pulumi` itself. Secrets go through pipes, never arguments. */
export function pulumiStack({ stack, configFile, yes }: StackChoice): RotationStack {
  const file = configFile === undefined ? [] : ["--config-file", configFile];
  const config = (...args: string[]) => ["config", ...args, "--stack", stack, ...file];
  return {
    async connection() {
      return readStackConnection(JSON.parse(await succeed(["stack", "export", "--show-secrets", "--stack", stack])));
    },
    async tryReadJournal() {
      const all = JSON.parse(await succeed(config("--show-secrets", "--json"))) as ShownConfig;
      const value = all[journalKey]?.value;
      return value === undefined ? undefined : parseJournal(value);
    },
    async writeJournal(journal) {
      await succeed(config("set", "--secret", journalKey), JSON.stringify(journal));
    },
    async removeJournal() {
      await succeed(config("rm", journalKey));
    },
    async configure(credential) {
      for (const path of credentialPaths) {
        const value = (credential as Partial<Record<string, string>>)[path];
        const key = `${projectName}:controller.${path}`;
        const secrecy = secretPaths.has(path) ? "--secret" : "--plaintext";
        if (value === undefined) await succeed(config("rm", "--path", key));
        else await succeed(config("set", "--path", secrecy, key), value);
      }
    },
    async up() {
      await run(["up", "--stack", stack, ...file, ...(yes ? ["--yes", "--skip-preview"] : [])], { show: true });
    },
  };
}

type ShownConfig = Readonly<Record<string, { readonly value?: string }>>;

function succeed(args: readonly string[], input?: string): Promise<string> {
  return run([...args, "--non-interactive"], { show: false, input });
}

interface RunOptions {
  /** Let the user see and answer. */
  readonly show: boolean;
  readonly input?: string;
}

async function run(args: readonly string[], { show, input }: RunOptions): Promise<string> {
  const child = spawn("pulumi", args, { stdio: show ? "inherit" : ["pipe", "pipe", "pipe"] });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", (error) =>
      reject(new LocalError(`pulumi cannot be started (${error.message}): is it on PATH?`)),
    );
    child.once("close", (code) => resolve(code ?? 1));
  });
  child.stdin?.end(input ?? "");
  const [output = "", errors = ""] = await Promise.all([child.stdout, child.stderr].map(readAll));
  const code = await ended;
  if (code === 0) return output;
  throw new LocalError(`pulumi ${args.slice(0, 2).join(" ")} failed (exit code ${code}). ${errors.trim()}`.trim());
}

function readAll(stream: Readable | null): Promise<string> {
  return stream === null ? Promise.resolve("") : text(stream);
}
