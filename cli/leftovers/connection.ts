import { LocalError } from "../../local/local-error";
import { projectName } from "../../config/project";
import type { ShownConfig } from "../shared/pulumi-command";
import type { Properties } from "../../openziti/values";
import { type StackConnection, toStackConnection, tryReadStackConnection } from "../rotate/stack-connection";

/**
 * How to reach the controller of a stack that may be destroyed: by its state while that knows, else by its settings.
 * Throws LocalError when neither does, as with a controller that was managed: it went with the stack.
 */
export function toSweepConnection(exported: unknown, config: ShownConfig, stack: string): StackConnection {
  const connected = tryReadStackConnection(exported);
  if (connected !== undefined) return connected;
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
