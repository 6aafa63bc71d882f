import { Command } from "commander";
import { explain } from "../../access/answers/decide";
import type { Layer } from "../../access/answers/layer";
import { whatCan, whoCan, type Grant } from "../../access/answers/lists";
import { groupBy } from "../../access/model/group-by";
import { identityHeader } from "../../access/platform/patterns";
import type { Terminal } from "../../local/terminal";
import { findClient, findTarget } from "./ends";
import { loadStack } from "../shared/offline/stack";
import { answer, printJson, refused } from "../shared/output";

interface Question {
  readonly stack: string;
  readonly json: boolean;
}

const callers =
  "a service, <namespace>/<serviceaccount>, <namespace>/* for a pod without a certificate, ingress-gateway, public, or an overlay role such as #agents";
const targets =
  "<service>.<Method>, <service>/<Method>, a service or data store (with :port), a public host, or #runner-services";

function question(name: string, description: string, epilogue: string): Command {
  return new Command(name)
    .description(description)
    .option("--stack <file or name>", "the stack that is asked: Pulumi.<name>.yaml of this folder, or a file", "prod")
    .option("--json", "print the answer as JSON", false)
    .addHelpText(
      "after",
      `\n${epilogue}\nReads the stack file alone: no cluster, no secret. 1: the question cannot be answered.`,
    );
}

/** \`agyn-net explain\`: whether a request arrives, and what each layer says. */
export function explainCommand(): Command {
  return question(
    "explain",
    "Tell whether a request arrives, layer by layer: the rule that decides, its reason, and how to change it.",
    "Exit codes: 0 it arrives, 2 it does not.",
  )
    .requiredOption("--from <caller>", callers)
    .requiredOption("--to <target>", targets)
    .action(({ stack, json, from, to }: Question & { from: string; to: string }) =>
      answer((out) => {
        const { model } = loadStack(stack);
        const explanation = explain(model, findClient(model, from), findTarget(model, to));
        if (json) printJson(explanation);
        else printExplanation(explanation.layers, explanation, out);
        if (!explanation.permitted) process.exitCode = refused;
      }),
    );
}

/** \`agyn-net who-can\`: everybody who may use a target. */
export function whoCanCommand(): Command {
  return question("who-can", "List everybody who may use an RPC, a port or a service of the overlay, and why.", "")
    .argument("<target>", targets)
    .action((text: string, { stack, json }: Question) =>
      answer((out) => {
        const { model } = loadStack(stack);
        const target = findTarget(model, text, "<target>");
        const grants = whoCan(model, target);
        if (json) printJson(grants);
        else printGrants(grants, ({ who }) => who, `Nobody may use ${target.title}.`, out);
      }),
    );
}

/** \`agyn-net what-can\`: everything that a caller may use. */
export function whatCanCommand(): Command {
  return question("what-can", "List everything that a caller may use, and why.", "")
    .argument("<caller>", callers)
    .action((text: string, { stack, json }: Question) =>
      answer((out) => {
        const { model } = loadStack(stack);
        const caller = findClient(model, text, "<caller>");
        const grants = whatCan(model, caller);
        if (json) printJson(grants);
        else printGrants(grants, ({ what }) => what, `${caller.title} may use nothing.`, out);
      }),
    );
}

function printExplanation(
  layers: readonly Layer[],
  { from, to, permitted }: { readonly from: string; readonly to: string; readonly permitted: boolean },
  { line, colors }: Terminal,
): void {
  const paint = { open: colors.green, closed: colors.red, absent: colors.dim };
  line(colors.bold(`${from} → ${to}: ${permitted ? colors.green("arrives") : colors.red("does not arrive")}`));
  for (const { layer, verdict, rule, because, change } of layers) {
    line(`  ${paint[verdict](verdict.padEnd(6))}  ${layer.padEnd(16)}  ${rule}`);
    line(`${" ".repeat(28)}${because}`);
    if (change !== undefined) line(colors.dim(`${" ".repeat(28)}${change}`));
  }
}

// Grants that share layer, origin and reason are one paragraph.
function printGrants(
  grants: readonly Grant[],
  nameOf: (grant: Grant) => string,
  nothing: string,
  { line, colors }: Terminal,
): void {
  if (grants.length === 0) line(nothing);
  for (const group of groupBy(grants, ({ layer, origin, because }) => [layer, origin, because].join("\0")).values()) {
    const { layer, origin, because } = group[0] as Grant;
    line(`${colors.bold(layer)} ${colors.dim(`(${origin})`)} ${because}`);
    for (const name of new Set(group.map((grant) => `${nameOf(grant)}${conditionOf(grant)}`))) line(`  ${name}`);
  }
}

function conditionOf(grant: Grant): string {
  if (grant.identityHeader === undefined) return "";
  return ` ${grant.identityHeader === "present" ? "with" : "without"} the ${identityHeader} header`;
}
