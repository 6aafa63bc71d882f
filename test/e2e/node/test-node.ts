import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execFile } from "node:child_process";
import { planNodeEngines } from "../../../local/engines/prepare";
import { nodeFolders, type NodeFolders } from "../../../local/node/folders";
import { enterArguments } from "../../../local/node/host/network-namespace";
import { missingForNode } from "../../../local/node/host/programs";
import { projectRoot } from "../../support/project-root";

/** How a command ended, and everything it wrote. */
export interface Ended {
  readonly code: number;
  readonly output: string;
}

/** What this machine lacks for a node, so that a test is skipped: no test builds an engine. */
export async function missingForTestNode(): Promise<readonly string[]> {
  const { toBuild } = await planNodeEngines(process.env, () => undefined);
  return [...missingForNode(process.env), ...toBuild.map(({ name }) => `${name} is not built`)];
}

/** A node with a state folder of its own, driven through the command line as a person does. */
export class TestNode {
  private readonly state = path.join(os.tmpdir(), `agyn-node-${randomUUID()}`);
  public readonly folders: NodeFolders = nodeFolders(this.state);

  /** Runs `agyn-net local node <args>`. */
  public run(...args: string[]): Promise<Ended> {
    return this.local("node", ...args);
  }

  /** Runs `agyn-net local <operation> --node <args>`: the stack on this node. It has to succeed; returns what it wrote. */
  public async operate(operation: string, ...args: string[]): Promise<string> {
    return succeeded(`${operation} --node ${args.join(" ")}`, await this.local(operation, "--node", ...args));
  }

  private local(...args: string[]): Promise<Ended> {
    const command = [path.join(projectRoot, "bin", "agyn-net"), "local", ...args];
    return end(process.execPath, command, { env: { ...process.env, AGYN_LOCAL_STATE: this.state } });
  }

  /** Runs a command that has to succeed and returns what it wrote. */
  public async succeed(...args: string[]): Promise<string> {
    return succeeded(`node ${args.join(" ")}`, await this.run(...args));
  }

  /** Ends the node and removes its state. */
  public async remove(): Promise<void> {
    await this.succeed("down", "--wipe");
    rmSync(this.state, { recursive: true, force: true });
  }

  /** Runs kubectl inside; `input` goes to its standard input. Throws with what it wrote when it fails. */
  public async kubectl(args: readonly string[], input = ""): Promise<string> {
    return succeeded(`kubectl ${args.join(" ")}`, await this.tryKubectl(args, input));
  }

  /** Gives objects to the API server. */
  public async submit(objects: readonly object[]): Promise<void> {
    await this.kubectl(["apply", "-f", "-"], JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }));
  }

  /** An object as the API server has it. */
  public async read<T>(...args: string[]): Promise<T> {
    return JSON.parse(await this.kubectl(["get", ...args, "-o", "json"])) as T;
  }

  /** Runs a shell line in a pod. */
  public inPod(namespace: string, pod: string, line: string): Promise<Ended> {
    return this.tryKubectl(["exec", "--namespace", namespace, pod, "--", "sh", "-c", line]);
  }

  private tryKubectl(args: readonly string[], input = ""): Promise<Ended> {
    const { names, binaries, kubeconfig } = this.folders;
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    return end("nsenter", [...enterArguments(names), path.join(binaries, "kubectl"), ...args], { env }, input);
  }
}

/** Asks until the answer holds, and returns it. Throws with the last answer after `seconds`. */
export async function eventually<T>(
  what: string,
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  seconds = 90,
): Promise<T> {
  for (const limit = Date.now() + seconds * 1000; ; await sleep(500)) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > limit) throw new Error(`${what} not within ${seconds} s; last: ${JSON.stringify(answer)}`);
  }
}

function succeeded(what: string, { code, output }: Ended): string {
  if (code !== 0) throw new Error(`${what} ended with ${code}:\n${output}`);
  return output;
}

function end(
  command: string,
  args: readonly string[],
  options: { env: NodeJS.ProcessEnv },
  input = "",
): Promise<Ended> {
  return new Promise((resolve) => {
    const child = execFile(command, args, { ...options, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : 1) : 0;
      resolve({ code, output: `${stdout}${code === 0 ? "" : stderr}` });
    });
    child.stdin?.end(input);
  });
}
