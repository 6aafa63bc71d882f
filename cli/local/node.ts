import { Command } from "commander";
import { rmSync } from "node:fs";
import type { LocalContext } from "../../local/context";
import { bringUpNode, runInside } from "../../local/node/bring-up";
import { nodeFolders } from "../../local/node/folders";
import { readImageVersions } from "../../local/node/charts";
import { imagesVariable, provideImages } from "../../local/node/images/provide";
import { loadRecipes } from "../../local/node/images/recipe-file";
import { imageRecipes } from "../../local/node/images/recipes";
import { nodeParts, parseParts, type NodePart } from "../../local/node/parts";
import { showAccess, showNode } from "../../local/node/status";
import { stopNode } from "../../local/node/stop";
import { exclusively } from "../../local/session";

/** Runs one command of the local platform and reports its failure as they all do. */
type Perform = (run: (context: LocalContext) => Promise<void>) => Promise<void>;

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
  node
    .command("images")
    .description(`pack images of programs in ${imagesVariable} and on PATH for the node's registry`)
    .option("--recipes <file>", "further images: a YAML list of name, names, base, files, entrypoint, user")
    .option("--only <name>", "just this one")
    .action((options: ImageOptions) => perform((context) => packImages(context, options)));
  return node;
}

interface ImageOptions {
  readonly recipes?: string;
  readonly only?: string;
}

async function packImages({ terminal, environment, folders }: LocalContext, options: ImageOptions): Promise<void> {
  const all = [
    ...imageRecipes(readImageVersions(environment)),
    ...(options.recipes === undefined ? [] : loadRecipes(options.recipes)),
  ];
  const wanted = all.filter(({ name }) => options.only === undefined || name === options.only);
  for (const { recipe, skipped } of await provideImages(
    wanted,
    nodeFolders(folders.root),
    environment,
    terminal.status,
  )) {
    terminal.line(skipped === undefined ? recipe.names.join("  ") : `skipped ${recipe.name}: ${skipped}`);
  }
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
