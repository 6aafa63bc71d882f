import { projectName } from "../../config/project";
import { askPulumi, runPulumi, type ShownConfig } from "../shared/pulumi-command";
import { enrolledIdentities } from "./enrolled-identities";
import { parseJournal } from "./journal";
import type { RotationStack } from "./rotation";
import { readStackConnection } from "./stack-connection";

/** The stack to rotate, as `pulumi` takes it. */
interface StackChoice {
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
  const state = ["stack", "export", "--stack", stack];
  return {
    async connection() {
      return readStackConnection(JSON.parse(await askPulumi([...state, "--show-secrets"])));
    },
    async tryReadJournal() {
      const all = JSON.parse(await askPulumi(config("--show-secrets", "--json"))) as ShownConfig;
      const value = all[journalKey]?.value;
      return value === undefined ? undefined : parseJournal(value);
    },
    async writeJournal(journal) {
      await askPulumi(config("set", "--secret", journalKey), JSON.stringify(journal));
    },
    async removeJournal() {
      await askPulumi(config("rm", journalKey));
    },
    async configure(credential) {
      for (const path of credentialPaths) {
        const value = (credential as Partial<Record<string, string>>)[path];
        const key = `${projectName}:controller.${path}`;
        const secrecy = secretPaths.has(path) ? "--secret" : "--plaintext";
        if (value === undefined) await askPulumi(config("rm", "--path", key));
        else await askPulumi(config("set", "--path", secrecy, key), value);
      }
    },
    async up() {
      const replaced = enrolledIdentities(JSON.parse(await askPulumi(state))).flatMap((urn) => ["--replace", urn]);
      const unasked = yes ? ["--yes", "--skip-preview"] : [];
      await runPulumi(["up", "--stack", stack, ...file, ...replaced, ...unasked], { show: true });
    },
  };
}
