import { Command } from "commander";
import { rmSync } from "node:fs";
import type { LocalContext } from "../local/context";
import { bringUpNode, runInside } from "../local/node/bring-up";
import { nodeFolders } from "../local/node/folders";
import { nodeParts, parseParts, type NodePart } from "../local/node/parts";
import { showAccess, showNode } from "../local/node/status";
import { stopNode } from "../local/node/stop";
import { exclusively } from "../local/session";

/** Runs one command of the local platform and reports its failure as they all do. */
export type Perform = (run: (context: LocalContext) => Promise<void>) => Promise<void>;

const description = "one real Kubernetes node with real pods, in a network namespace of its own; Linux, as root";

/** \`agyn-net local node\`: a node on which pods really run. */
export function nodeCommand(perform: Perform): Command {
  const node = new Command("node").description(description);
  node
    .command("up", { isDefault: true })
    .description("start what is not running of the node")
    .option("--without <parts>", `leave parts out: ${nodeParts.join(", ")}; separated by commas`, parseParts, [])
    .action(({ without }: { without: readonly NodePart[] }) =>
      perform((context) =>
        exclusively(nodeFolders(context.folders.root), "node up", async () => {
          await bringUpNode(context, without);
          showAccess(context);
        }),
      ),
    );
  node
    .command("down")
    .description("end the node and its pods; its state stays")
    .option("--wipe", "remove the state as well", false)
    .action(({ wipe }: { wipe: boolean }) => perform((context) => endNode(context, wipe)));
  node
    .command("status")
    .description("list the node's engines, processes and parts, and how it is reached")
    .action(() => perform((context) => Promise.resolve(showNode(context))));
  node
    .command("exec")
    .description("run a command in the node's network namespace, with its kubeconfig")
    .argument("<command...>", "what to run, after --")
    .action((command: readonly string[]) =>
      perform(async (context) => {
        process.exitCode = await runInside(nodeFolders(context.folders.root), command);
      }),
    );
  return node;
}

function endNode({ terminal, folders: platform }: LocalContext, wipe: boolean): Promise<void> {
  const folders = nodeFolders(platform.root);
  return exclusively(folders, "node down", async () => {
    const ended = await stopNode(folders, terminal.status);
    terminal.line(ended.length === 0 ? "no node was running" : `ended ${ended.join(", ")}`);
    if (!wipe) return;
    rmSync(folders.root, { recursive: true, force: true });
    terminal.line(`removed the state in ${folders.root}`);
  });
}
