import { ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { catalog } from "../../local/engines/catalog";
import { tryFindEngine } from "../../local/engines/find";
import { ContractApi, ContractTarget } from "./contract-api";

/** A real OpenZiti controller on loopback with a folder of its own. */
export interface RealController extends ContractTarget {
  /** Ends the process at once, with no time to say goodbye. */
  kill(): Promise<void>;
  /** Starts it again, on its address and with its data, and waits until its administrator can log in. */
  restart(): Promise<void>;
  /** Ends the process and deletes its folder. */
  stop(): Promise<void>;
}

const loopback = "127.0.0.1";
const administrator = { username: "admin", password: "correct horse" };
const startSeconds = 90;

/** The path of a `ziti` the local platform would use (AGYN_ZITI, then PATH, then its cache); undefined when there is none. */
export async function tryFindZiti(): Promise<string | undefined> {
  return (await tryFindEngine(catalog.ziti, process.env, () => undefined))?.path;
}

/** A port of the loopback address that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, loopback);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Starts `ziti run quickstart`, by default without a router, and waits until its administrator can log in. */
export async function startRealController(ziti: string, { withRouter = false } = {}): Promise<RealController> {
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-controller-"));
  const home = path.join(folder, "quickstart");
  const place = { folder, home, port: await freePort(), routerPort: withRouter ? await freePort() : undefined };
  const ca = path.join(home, "pki", "root-ca", "certs", "root-ca.cert");
  const target = { url: `https://${loopback}:${place.port}`, ...administrator };
  let child = run(ziti, place);
  const stop = async () => {
    await end(child, "SIGINT");
    rmSync(folder, { recursive: true, force: true });
  };
  const restart = async () => {
    child = run(ziti, place);
    await waitForLogIn(target, ca, child);
  };
  try {
    return { ...(await waitForLogIn(target, ca, child)), stop, restart, kill: () => end(child, "SIGKILL") };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Place {
  readonly folder: string;
  readonly home: string;
  readonly port: number;
  /** Unset: no router. */
  readonly routerPort?: number;
}

function run(ziti: string, { folder, home, port, routerPort }: Place): ChildProcess {
  const router = routerPort ? [`--router-address=${loopback}`, `--router-port=${routerPort}`] : ["--no-router"];
  const address = [`--ctrl-address=${loopback}`, `--ctrl-port=${port}`, ...router];
  const login = [`--username=${administrator.username}`, `--password=${administrator.password}`];
  return spawn(ziti, ["run", "quickstart", `--home=${home}`, ...address, ...login], {
    // The command line tool keeps its log-in below HOME: the user's own stays as it is.
    env: { ...process.env, HOME: folder, ZITI_CTRL_BIND_ADDRESS: loopback, ZITI_CTRL_EDGE_BIND_ADDRESS: loopback },
    stdio: "ignore",
  });
}

// The port opens seconds before the administrator exists, so only a log-in counts.
async function waitForLogIn(
  target: Omit<ContractTarget, "ca">,
  caFile: string,
  child: ChildProcess,
): Promise<ContractTarget> {
  const deadline = Date.now() + startSeconds * 1000;
  let reason = "its CA was not written";
  while (Date.now() < deadline && child.exitCode === null) {
    if (existsSync(caFile)) {
      const ready = { ...target, ca: readFileSync(caFile, "utf8") };
      const problem = await new ContractApi(ready, undefined).logIn().then(
        () => undefined,
        (error: Error) => error.message,
      );
      if (problem === undefined) return ready;
      reason = problem;
    }
    await new Promise((resolve) => setTimeout(resolve, 250));
  }
  throw new Error(`the controller at ${target.url} was not ready in ${startSeconds} s: ${reason}`);
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill(signal);
  await exited;
}
