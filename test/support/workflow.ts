import { readFileSync } from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { projectRoot } from "./project-root";

/** A step of a workflow that runs commands. */
export interface WorkflowStep {
  readonly name: string;
  readonly run: string;
}

/** The step of the workflow for kind that no guide has: the guide's test runs it after the guide's first block. */
export const repeated = "Again, nothing changes";

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Partial<WorkflowStep & { uses: string }>[] }>>;
}

function stepsOf(file: string, job: string) {
  const text = readFileSync(path.join(projectRoot, "docs/guides/ci", file), "utf8");
  return (parse(text) as Workflow).jobs[job]?.steps ?? [];
}

/** The steps of a job in `docs/guides/ci` that run commands. */
export function loadWorkflow(file: string, job: string): readonly WorkflowStep[] {
  return stepsOf(file, job).flatMap(({ name = "", run }) => (run === undefined ? [] : [{ name, run }]));
}

/** The actions that a job uses. */
export function loadActions(file: string, job: string): readonly string[] {
  return stepsOf(file, job).flatMap(({ uses }) => uses ?? []);
}
