import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import type { NodeFolders } from "../../../local/node/folders";
import { enterArguments } from "../../../local/node/host/network-namespace";
import { findProgram, programPath } from "../../../local/node/host/programs";
import { pushImage, type Image } from "../../../local/node/images/pack";

/** Where pods of tests run, and how a test gets there. */
export interface Ground {
  /** Runs a command that reaches the API server, with KUBECONFIG set. Returns what it wrote; its errors go to this terminal. Throws when it fails. */
  run(command: readonly string[]): Promise<string>;
  /** Makes an image known under its names to whatever pulls images for pods. */
  provide(image: Image): Promise<void>;
}

/** A real node that runs: its API server answers in its own network namespace alone. */
export function groundOf(folders: NodeFolders): Ground {
  const { names, kubeconfig } = folders;
  return {
    run: (command) => {
      const env = { ...process.env, PATH: programPath(process.env), KUBECONFIG: kubeconfig };
      return output(findProgram("nsenter", process.env), [...enterArguments(names), ...command], env);
    },
    provide: (image) => pushImage(image, folders),
  };
}

async function output(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<string> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"], env });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  const [written, code] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`${program} ${args.join(" ")} ended with ${code}`);
  return written;
}
