// The command line: reads the arguments and hands over to one command.
import { Command } from "commander";

// Each command loads what it needs: a question about the model does not wait for Pulumi's and Kubernetes' clients.
const commands: Readonly<Record<string, () => Promise<Command>>> = {
  local: async () => (await import("./local.js")).localCommand(),
  preview: async () => (await import("./preview.js")).previewCommand(),
  mirror: async () => (await import("./mirror.js")).mirrorCommand(),
  diff: async () => (await import("./diff.js")).diffCommand(),
  explain: async () => (await import("./explain.js")).explainCommand(),
  "who-can": async () => (await import("./explain.js")).whoCanCommand(),
  "what-can": async () => (await import("./explain.js")).whatCanCommand(),
  preflight: async () => (await import("./preflight.js")).preflightCommand(),
  rotate: async () => (await import("./rotate.js")).rotateCommand(),
  leftovers: async () => (await import("./leftovers.js")).leftoversCommand(),
  report: async () => (await import("./report.js")).reportCommand(),
  verify: async () => (await import("./verify.js")).verifyCommand(),
};

async function main(): Promise<void> {
  const program = new Command("agyn-net")
    .description("Operates the networking of the Agyn agent platform.")
    .showHelpAfterError();
  const named = commands[process.argv[2] ?? ""];
  for (const load of named === undefined ? Object.values(commands) : [named]) program.addCommand(await load());
  await program.parseAsync();
}

void main();
