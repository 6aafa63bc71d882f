import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { nodeFolders, type NodeFolders } from "../../../local/node/folders";
import { enterArguments } from "../../../local/node/host/network-namespace";
import { findProgram, programPath } from "../../../local/node/host/programs";
import { pushImage, type Image } from "../../../local/node/images/pack";

/** A node that tests use: its kubeconfig is of use inside of it alone. */
export interface NodeGround {
  /** Path of a kubeconfig with every right. */
  readonly kubeconfig: string;
  /** Runs a command inside of the node with KUBECONFIG set. Returns what it wrote; its errors go to this terminal. Throws when it fails. */
  inNode(command: readonly string[]): Promise<string>;
  /** Packs an image and gives it to the registry of the node. */
  pushImage(image: Image): Promise<void>;
}

async function runInside({ names, kubeconfig }: NodeFolders, command: readonly string[]): Promise<string> {
  const child = spawn(findProgram("nsenter", process.env), [...enterArguments(names), ...command], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...process.env, PATH: programPath(process.env), KUBECONFIG: kubeconfig },
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [output, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`${command.join(" ")} ended with ${code}`);
  return output;
}

/** The node of a state folder, which runs. */
export function groundOf(stateRoot: string): NodeGround {
  const folders = nodeFolders(stateRoot);
  return {
    kubeconfig: folders.kubeconfig,
    inNode: (command) => runInside(folders, command),
    pushImage: (image) => pushImage(image, folders),
  };
}
