import { Command } from "commander";
import { provideEngines } from "../../local/bring-up";
import { createContext, type LocalContext } from "../../local/context";
import { nodeEngines, testEngines } from "../../local/engines/catalog";
import { findGround } from "../../local/find-ground";
import type { Ground } from "../../local/ground";
import { operateOnKind } from "../../local/kind/operate";
import { LocalError } from "../../local/local-error";
import { renderEnvironment, status, stop } from "../../local/maintenance";
import { operateOnNode } from "../../local/node/operate";
import { runOperation, type Operation, type OperationOptions } from "../../local/operations";
import { exclusively } from "../../local/session";
import { parseOverride, type Override } from "../../local/stack/configuration";
import { openTerminal } from "../../local/terminal";
import { nodeCommand } from "./node";

interface StackOptions {
  readonly simulated: boolean;
  readonly set?: readonly Override[];
  readonly refresh?: boolean;
  readonly node?: boolean;
  readonly kind?: boolean;
}

const failed = 1;
const interrupted = 130;

const operations: readonly (readonly [Operation, string])[] = [
  ["up", "start what is not running and install the stack; the default"],
  ["preview", "show what `up` would change"],
  ["refresh", "read what the engines hold and note what drifted"],
  ["destroy", "remove everything the stack installed, and ask the engines whether it is gone"],
];

const epilogue = `
Engines (pulumi, etcd, kube-apiserver, …) are looked up in AGYN_<ENGINE>, on PATH and in the cache (AGYN_ENGINES), and
built once with Go where they are missing. State is kept in one folder (AGYN_LOCAL_STATE). Everything listens on
127.0.0.1. Where kind and a container engine answer, the stack is installed on a cluster of kind, without any double;
AGYN_LOCAL_GROUND (engines, node, kind) decides where no option does. Exit codes: 0 done, 1 failed, 130 interrupted.`;

/** \`agyn-net local\`: the stack on engines of this machine. */
export function localCommand(): Command {
  const local = new Command("local")
    .description(
      "Run the stack on this machine: on engines, with nothing installed beforehand, or on a cluster of kind.",
    )
    .addHelpText("after", epilogue);
  for (const [name, description] of operations) addOperation(local, name, description);
  local
    .command("engines")
    .description("find or build the engines a run needs, ahead of the first run, and list them")
    .option("--simulated", "leave out the real Kubernetes plugin and controller", false)
    .option("--tests", "include those that only this project's live tests use", false)
    .option("--node", "include those of a node with real pods", false)
    .action(({ simulated, tests, node }: StackOptions & { tests: boolean; node: boolean }) =>
      perform(
        (context) => provideEngines(context, [...(tests ? testEngines : []), ...(node ? nodeEngines : [])]),
        simulated,
      ),
    );
  local
    .command("stop")
    .description("end every process of the platform; its state stays. A cluster that it made with kind is removed")
    .option("--wipe", "remove the state as well", false)
    .action(({ wipe }: { wipe: boolean }) =>
      perform((context) => exclusively(context.folders, "stop", () => stop(context, wipe))),
    );
  local
    .command("status")
    .description("list engines, processes, ports, and what is real")
    .action(() => perform((context) => Promise.resolve(status(context))));
  local.addCommand(nodeCommand((run) => perform(run)));
  local
    .command("env")
    .description('print shell exports for plain `pulumi` on the same platform: eval "$(agyn-net local env)"')
    .action(() => perform((context) => Promise.resolve(renderEnvironment(context).forEach(context.terminal.line))));
  return local;
}

function addOperation(local: Command, name: Operation, description: string): void {
  const command = local
    .command(name, { isDefault: name === "up" })
    .description(description)
    .option("--simulated", "use the doubles even where the real Kubernetes plugin and controller are found", false)
    .option("--node", "on one real node with real pods, which is started first (see `node`)", false)
    .option("--kind", "on a cluster that kind makes; the default where kind and a container engine answer")
    .option("--no-kind", "on engines of this machine, also where kind answers")
    .option("--set <key=value>", "a setting on top of Pulumi.dev.yaml, for this run; may be repeated", collect);
  if (name === "up" || name === "preview") command.option("--refresh", "compare with the engines first: repairs drift");
  command.action(({ simulated, set = [], refresh = false, node = false, kind }: StackOptions) =>
    perform(async (context) => {
      const ground = await findGround(context, { node, kind, simulated });
      await operate(ground, name, context, { refresh, settings: set });
    }, simulated),
  );
}

async function operate(
  ground: Ground,
  name: Operation,
  context: LocalContext,
  options: OperationOptions,
): Promise<void> {
  // The node has a lock of its own: this very command runs once more inside.
  if (ground === "node") {
    return operateOnNode(name, context, options, [process.execPath, ...process.argv.slice(1)]);
  }
  const run = ground === "kind" ? operateOnKind : runOperation;
  return exclusively(context.folders, name, () => run(name, context, options));
}

function collect(text: string, earlier: readonly Override[] = []): readonly Override[] {
  return [...earlier, parseOverride(text)];
}

async function perform(run: (context: LocalContext) => Promise<void>, simulated = false): Promise<void> {
  const terminal = openTerminal(process.stdout, process.env);
  const signals = listenForSignals(terminal.line);
  try {
    await run(createContext(terminal, signals, { simulated }));
  } catch (error) {
    process.exitCode = signals.signal.aborted ? interrupted : failed;
    if (!(error instanceof LocalError) && !signals.signal.aborted) throw error;
    terminal.line(terminal.colors.red((error as Error).message));
  }
}

// Ctrl-C reaches Pulumi's engine and the compiler by itself: they end in order, and this process waits for them.
function listenForSignals(say: (line: string) => void): Pick<LocalContext, "signal" | "engineSignal"> {
  const all = new AbortController();
  const engine = new AbortController();
  const stop = (): void => {
    if (all.signal.aborted) process.exit(interrupted);
    say("ending in order; once more to end at once");
    all.abort();
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", () => {
    engine.abort();
    stop();
  });
  return { signal: all.signal, engineSignal: engine.signal };
}
