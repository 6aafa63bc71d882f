import { LocalError } from "../../local/local-error";
import { projectName } from "../../local/stack/configuration";
import type { Properties } from "../../openziti/values";
import { readStackConnection, type StackConnection, toStackConnection } from "../rotate/stack-connection";

/** What `pulumi config --show-secrets --json` prints. */
export type ShownConfig = Readonly<Record<string, { readonly value?: string }>>;

/**
 * How to reach the controller of a stack that may be destroyed: by its state while that knows, else by its settings.
 * Throws LocalError when neither does, as with a controller that was managed: it went with the stack.
 */
export function toSweepConnection(exported: unknown, config: ShownConfig, stack: string): StackConnection {
  if (isConnected(exported)) return readStackConnection(exported);
  const text = config[`${projectName}:controller`]?.value;
  const controller = (text === undefined ? {} : JSON.parse(text)) as Properties;
  if (typeof controller["url"] === "string" && controller["reach"] !== "portForward") {
    return toStackConnection({ ...controller, stack });
  }
  throw new LocalError(
    `the stack has no objects, and its settings no controller.url that is reachable from here. A controller that the program ` +
      `managed went with the stack; to another one, open a port-forward and set controller.url and controller.reach.`,
  );
}

function isConnected(exported: unknown): boolean {
  const { deployment } = exported as { deployment?: { resources?: readonly { type: string }[] } };
  return (deployment?.resources ?? []).some(({ type }) => type === "pulumi:providers:openziti");
}
