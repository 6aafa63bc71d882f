import { execFile, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";

/** What a tunneler needs: the program, and a folder for keys and logs. */
export interface TunnelerSite {
  readonly ziti: string;
  readonly folder: string;
}

/** Turns an enrollment token into the file of an enrolled identity, as a device or a pod does once. */
export async function enroll({ ziti, folder }: TunnelerSite, name: string, token: string): Promise<string> {
  const [tokenFile, identityFile] = [path.join(folder, `${name}.jwt`), path.join(folder, `${name}.json`)];
  writeFileSync(tokenFile, token, { mode: 0o600 });
  await promisify(execFile)(ziti, ["edge", "enroll", "--jwt", tokenFile, "--out", identityFile, "--keyAlg", "EC"], {
    env: { ...process.env, HOME: folder },
  });
  return identityFile;
}

/** `ziti tunnel` of one enrolled identity, without root: it hosts what the identity may bind, or opens a port for a service. */
export class Tunneler {
  private constructor(private readonly child: ChildProcess) {}

  /** Hosts every service the identity may bind, at the address of the service's `host.v1`. */
  static host(site: TunnelerSite, identityFile: string): Tunneler {
    return Tunneler.start(site, identityFile, ["host"]);
  }

  /** Opens a port of this machine for a service, once the identity sees it. */
  static proxy(site: TunnelerSite, identityFile: string, service: string, port: number): Tunneler {
    return Tunneler.start(site, identityFile, ["proxy", `${service}:${port}`]);
  }

  private static start({ ziti, folder }: TunnelerSite, identityFile: string, what: readonly string[]): Tunneler {
    const log = openSync(identityFile.replace(/json$/, `${what[0]}.log`), "w", 0o600);
    const quiet = ["--svcPollRate=1", "--cli-agent=false", "--resolver=none"];
    const child = spawn(ziti, ["tunnel", ...what, `--identity=${identityFile}`, ...quiet], {
      env: { ...process.env, HOME: folder },
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    return new Tunneler(child);
  }

  /** Ends the process. */
  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, "exit");
    this.child.kill("SIGKILL"); // it waits for its connections otherwise
    await exited;
  }
}
