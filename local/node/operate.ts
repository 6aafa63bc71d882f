import type { LocalContext } from "../context";
import { provideStackEngines, toBuildContext } from "../bring-up";
import { runOperation, type Operation, type OperationOptions } from "../operations";
import { exclusively } from "../session";
import { bringUpNode, runInside } from "./bring-up";
import { provideCharts, readImageVersions } from "./charts";
import { nodeFolders } from "./folders";
import { isInside } from "./host/network-namespace";
import { describeSkipped, provideImages } from "./images/provide";
import { imageRecipes } from "./images/recipes";
import { NodeError } from "./node-error";
import { prepareNodeStack } from "./stack";

/**
 * Runs an operation of the stack on the node, which is started first. Pulumi and the program have to be where the node's
 * API server is: `again` is this very command, and it runs once more inside. Throws NodeError when that failed.
 */
export async function operateOnNode(
  operation: Operation,
  context: LocalContext,
  options: OperationOptions,
  again: readonly string[],
): Promise<void> {
  const folders = nodeFolders(context.folders.root);
  const inner = { ...context, folders };
  if (isInside(folders.names)) {
    return runOperation(operation, inner, options, (settings) => prepareNodeStack(inner, settings));
  }
  await exclusively(folders, `${operation} --node`, async () => {
    const engines = await provideStackEngines(context);
    await provideCharts(folders, toBuildContext(context));
    await bringUpNode(context, [], engines);
    if (operation === "up") await provideNodeImages(context);
    if ((await runInside(folders, again)) !== 0) throw new NodeError(`${operation} on the node did not finish`);
  });
}

async function provideNodeImages({ folders, environment, terminal }: LocalContext): Promise<void> {
  const recipes = imageRecipes(readImageVersions(environment));
  const provided = await provideImages(recipes, nodeFolders(folders.root), environment, terminal.status);
  for (const line of describeSkipped(provided)) terminal.line(terminal.colors.yellow(line));
}
