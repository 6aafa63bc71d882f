// The command line: reads the arguments and hands over to one command.
import { Command } from "commander";
import { commands } from "./commands";

// A reader that has enough (`| head`) does not end what a command is in the middle of: what is left to print is dropped.
function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE") throw error;
    });
  }
}

async function main(): Promise<void> {
  outliveReaders();
  const program = new Command("agyn-net")
    .description("Operates the networking of the Agyn agent platform.")
    .showHelpAfterError();
  const named = commands[process.argv[2] ?? ""];
  for (const load of named === undefined ? Object.values(commands) : [named]) program.addCommand(await load());
  await program.parseAsync();
}

void main();
