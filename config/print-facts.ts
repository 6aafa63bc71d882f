import { readFileSync } from "node:fs";
import { versions } from "../versions";
import { completeSecrets } from "./complete-secrets";
import { factsOf } from "./facts";
import { loadModel } from "./model";
import { parseSettings } from "./parse";
import { formatProblems } from "./problems";
import { projectName } from "./project";
import { readStackFile, stackNameOf } from "./stack-file";

/** Version of what `printFacts` prints: raised when a reader of the old form would misread the new one. */
export const factsVersion = 1;

/**
 * Prints the facts of a stack file as JSON: `{version, facts}`, or `{version, problems}` with what is wrong with the file.
 * A revision of this project is compared with another one by what each prints about its own files.
 */
function printFacts(file: string): void {
  const { raw } = completeSecrets(readStackFile(readFileSync(file, "utf8")));
  const origin = { project: projectName, stack: stackNameOf(file) };
  const result = parseSettings(raw, { ...origin, now: new Date() });
  const answer =
    "problems" in result
      ? { problems: formatProblems(result.problems, origin) }
      : { facts: factsOf(result.settings, loadModel(result.settings), versions) };
  process.stdout.write(`${JSON.stringify({ version: factsVersion, ...answer })}\n`);
}

if (require.main === module) printFacts(process.argv[2] ?? "");
