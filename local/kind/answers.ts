import type { Environment } from "../engines/folders";
import { runProgram } from "./run-kind";

/** Container engines that kind can use, in the order in which it looks for them itself. */
const containerEngines = ["docker", "podman", "nerdctl"] as const;

/** One of them. */
export type ContainerEngine = (typeof containerEngines)[number];

/** Whether clusters can be made with kind here. */
export type KindAnswers =
  | {
      /** kind with its version. */
      readonly kind: string;
      readonly containerEngine: ContainerEngine;
      readonly missing?: undefined;
    }
  | {
      /** What does not answer, for a sentence. */
      readonly missing: string;
    };

/** Variable with which kind is told its container engine. */
export const providerVariable = "KIND_EXPERIMENTAL_PROVIDER";

// A container engine that is installed and not started takes its time to say so.
const answerLimit = 10_000;

/** Asks kind and the container engines; those that kind was told in its variable, or all. Takes seconds at most. */
export async function askKind(environment: Environment): Promise<KindAnswers> {
  const told = containerEngines.filter((name) => name === environment[providerVariable]);
  const engines = told.length > 0 ? told : containerEngines;
  const options = { environment, limit: answerLimit };
  const [kind, ...infos] = await Promise.all([
    runProgram("kind", ["version"], options),
    ...engines.map((engine) => runProgram(engine, ["info"], options)),
  ]);
  if (kind.code !== 0) return { missing: `kind does not answer (${kind.words.at(-1) ?? `exit code ${kind.code}`})` };
  const containerEngine = engines.find((_, index) => infos[index]?.code === 0);
  if (containerEngine === undefined) return { missing: `no container engine answers (asked: ${engines.join(", ")})` };
  const version = /\d+\.\d+\.\d+[\w.+-]*/.exec(kind.output)?.[0];
  return { kind: version === undefined ? "kind" : `kind ${version}`, containerEngine };
}
