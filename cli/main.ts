// The command line: reads the arguments and hands over to one command.
import { Command } from "commander";
import { localCommand } from "./local";

const program = new Command("agyn-net")
  .description("Operates the networking of the Agyn agent platform.")
  .addCommand(localCommand())
  .showHelpAfterError();

void program.parseAsync();
