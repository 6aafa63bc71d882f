import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { addresses, nodePorts } from "../../../local/node/addresses";
import { nodeFolders, type NodeFolders } from "../../../local/node/folders";
import { enterArguments } from "../../../local/node/host/network-namespace";
import { tryIdentify } from "../../../local/running";
import { projectRoot } from "../../support/project-root";
import type { Way } from "./relay";

/** Ports of this machine that a cluster asked for, and those of its node behind them. */
export type PortMappings = readonly { readonly containerPort: number; readonly hostPort: number }[];

const logLimit = 4_000;
const waitLimit = 30_000;

/** A cluster of the stand-in for kind: the project's own node, with relays to it where kind's container engine maps ports. */
export class StandinCluster {
  private readonly state: string;
  private readonly folders: NodeFolders;

  /** `root`: where the stand-in keeps everything. */
  constructor(
    root: string,
    readonly name: string,
  ) {
    this.state = path.join(root, "clusters", name);
    this.folders = nodeFolders(this.state);
  }

  /** The names of the clusters that there are. */
  static list(root: string): readonly string[] {
    const folder = path.join(root, "clusters");
    return existsSync(folder) ? readdirSync(folder).sort() : [];
  }

  /** True when there is one of this name. */
  exists(): boolean {
    return existsSync(this.state);
  }

  /** Starts the node, fills its registry with what this machine has, and opens the ways to it. */
  async create(mappings: PortMappings): Promise<void> {
    this.node("up");
    // Images of programs that are in no registry here; those whose programs are missing are left out.
    if (process.env.AGYN_IMAGES) this.node("images");
    const api = await freePort();
    const ways: readonly Way[] = [
      { port: api, socket: this.socket("api"), host: "127.0.0.1", inside: nodePorts.apiServer },
      ...mappings.map(({ containerPort, hostPort }) => {
        return { port: hostPort, socket: this.socket(String(hostPort)), host: addresses.node, inside: containerPort };
      }),
    ];
    const relay = [process.execPath, path.join(__dirname, "relay.js")];
    this.start("nsenter", [...enterArguments(this.folders.names), ...relay, "inside", JSON.stringify(ways)]);
    const [node = "", ...args] = relay;
    writeFileSync(this.file("relay.pid"), String(this.start(node, [...args, "outside", JSON.stringify(ways)])));
    writeFileSync(this.file("api"), String(api));
    for (const end = Date.now() + waitLimit; !(await answers(api)); await sleep(50)) {
      if (Date.now() > end) throw new Error("the relay to the node does not listen");
    }
  }

  /** Its kubeconfig, as clients of this machine use it. */
  kubeconfig(): string {
    const text = readFileSync(this.folders.kubeconfig, "utf8");
    return text.replace(/server: .*/, `server: https://127.0.0.1:${readFileSync(this.file("api"), "utf8")}`);
  }

  /** Ends everything of it. */
  async remove(): Promise<void> {
    const relay = this.file("relay.pid");
    const pid = existsSync(relay) ? Number(readFileSync(relay, "utf8")) : undefined;
    if (pid !== undefined && tryIdentify(pid) !== undefined) process.kill(pid);
    this.node("down", "--wipe");
    while (pid !== undefined && tryIdentify(pid) !== undefined) await sleep(50);
    rmSync(this.state, { recursive: true, force: true });
  }

  private node(...args: readonly string[]): void {
    mkdirSync(this.state, { recursive: true });
    const command = [path.join(projectRoot, "bin", "agyn-net"), "local", "node", ...args];
    try {
      execFileSync(process.execPath, command, { env: { ...process.env, AGYN_LOCAL_STATE: this.state }, stdio: "pipe" });
    } catch (error) {
      const { stdout, stderr } = error as { stdout?: Buffer; stderr?: Buffer };
      throw new Error(`node ${args.join(" ")}: ${`${stdout?.toString()}${stderr?.toString()}`.slice(-logLimit)}`);
    }
  }

  private start(program: string, args: readonly string[]): number {
    const child = spawn(program, args, { detached: true, stdio: "ignore" });
    child.unref();
    return child.pid ?? 0;
  }

  private file(name: string): string {
    return path.join(this.state, name);
  }

  // A socket's path may have 107 characters.
  private socket(name: string): string {
    return path.join(this.folders.names.runFolder, `relay-${name}.sock`);
  }
}

function answers(port: number): Promise<boolean> {
  const socket = connect({ host: "127.0.0.1", port });
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(true));
    socket.once("error", () => resolve(false));
  }).finally(() => socket.destroy()) as Promise<boolean>;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
