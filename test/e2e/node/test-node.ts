import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { planNodeEngines } from "../../../local/engines/prepare";
import { nodeFolders, type NodeFolders } from "../../../local/node/folders";
import { enterArguments } from "../../../local/node/host/network-namespace";
import { missingForNode } from "../../../local/node/host/programs";
import { projectRoot } from "../../support/project-root";
import { CaseCluster, end, eventually, succeeded, type Ended, type KubectlCommand } from "../cluster/case-cluster";

export { eventually, type Ended };

/** What this machine lacks for a node, so that a test is skipped: no test builds an engine. */
export async function missingForTestNode(): Promise<readonly string[]> {
  const { toBuild } = await planNodeEngines(process.env, () => undefined);
  return [...missingForNode(process.env), ...toBuild.map(({ name }) => `${name} is not built`)];
}

/** A node with a state folder of its own, driven through the command line as a person does. */
export class TestNode extends CaseCluster {
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

  /** Nothing: the node has every part unless a case leaves one out. */
  public override lacks(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  // Inside: the API server answers there alone.
  protected command(): KubectlCommand {
    const { names, binaries, kubeconfig } = this.folders;
    const args = [...enterArguments(names), path.join(binaries, "kubectl")];
    return { program: "nsenter", args, env: { ...process.env, KUBECONFIG: kubeconfig } };
  }
}
