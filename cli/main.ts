// The command line: reads the arguments and hands over to one command.
import { Command } from "commander";
import { localCommand } from "./local";
import { preflightCommand } from "./preflight";
import { rotateCommand } from "./rotate";
import { verifyCommand } from "./verify";

const program = new Command("agyn-net")
  .description("Operates the networking of the Agyn agent platform.")
  .addCommand(localCommand())
  .addCommand(preflightCommand())
  .addCommand(rotateCommand())
  .addCommand(verifyCommand())
  .showHelpAfterError();

void program.parseAsync();
