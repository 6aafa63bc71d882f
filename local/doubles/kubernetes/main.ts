/** The plugin process: `pulumi-resource-kubernetes <engine address>`. Prints its port, as the engine expects. */
import { startServer } from "./server";

const engineAddress = process.argv.slice(2).find((argument) => !argument.startsWith("-")) ?? "";
const parent = process.ppid;

startServer(engineAddress).then(
  ({ port }) => {
    process.stdout.write(`${port}\n`);
    // An engine that was killed cannot stop its plugins; an orphan has another parent.
    setInterval(() => process.ppid === parent || process.exit(0), 1000).unref();
  },
  (error: unknown) => {
    process.stderr.write(`kubernetes: the local stand-in cannot start: ${(error as Error).message}\n`);
    process.exitCode = 1;
  },
);
