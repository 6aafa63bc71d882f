import { execFileSync, type ExecFileSyncOptions } from "node:child_process";
import { accessSync, constants, readFileSync } from "node:fs";
import * as path from "node:path";
import type { Environment } from "../../engines/folders";
import { NodeError } from "../node-error";

/** A program of the machine that a node needs, and the Debian package that has it. */
interface HostProgram {
  readonly program: string;
  readonly package: string;
  /** Pods run it without the machine's libraries, so it has to bring its own. */
  readonly isStatic?: boolean;
}

/** The folder with the plugins that connect pods. */
export const networkPlugins = "/usr/lib/cni";

/** Every program that a node takes from its machine. */
export const hostPrograms: readonly HostProgram[] = [
  { program: "containerd", package: "containerd" },
  { program: "runc", package: "runc" },
  { program: path.join(networkPlugins, "bridge"), package: "containernetworking-plugins" },
  { program: "conntrack", package: "conntrack" },
  { program: "ipset", package: "ipset" },
  { program: "iptables", package: "iptables" },
  { program: "ip", package: "iproute2" },
  { program: "nsenter", package: "util-linux" },
  { program: "docker-registry", package: "docker-registry" },
  { program: "skopeo", package: "skopeo" },
  { program: "busybox", package: "busybox-static", isStatic: true },
];

/** The search path of a node's programs: that of the user, and the folders of the administrator's programs. */
export function programPath(environment: Environment): string {
  return [environment.PATH ?? "", "/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin"].join(path.delimiter);
}

/** The file of a program; undefined when it is not on this machine. A path stands for itself. */
export function tryFindProgram(program: string, environment: Environment): string | undefined {
  if (path.isAbsolute(program)) return isExecutable(program) ? program : undefined;
  const folders = programPath(environment)
    .split(path.delimiter)
    .filter((folder) => path.isAbsolute(folder));
  return folders.map((folder) => path.join(folder, program)).find((file) => isExecutable(file));
}

/** The file of a program. Throws NodeError when it is not on this machine. */
export function findProgram(program: string, environment: Environment): string {
  const file = tryFindProgram(program, environment);
  if (file === undefined) throw new NodeError(`${program} is not on this machine`);
  return file;
}

/** What this machine lacks for a real node, one sentence each with the command that helps; none when it can have one. */
export function missingForNode(
  environment: Environment,
  platform: NodeJS.Platform = process.platform,
  user: number | undefined = process.getuid?.(),
): readonly string[] {
  if (platform !== "linux") return ["A real node needs Linux."];
  const packages = hostPrograms
    .filter(({ program, isStatic }) => !isUsable(tryFindProgram(program, environment), isStatic))
    .map((missing) => missing.package);
  const programs = `A real node needs programs of Debian that are not here: apt-get install ${packages.join(" ")}`;
  return [
    ...(user === 0 ? [] : ["A real node makes network namespaces, mounts and control groups: run it as root."]),
    ...(packages.length > 0 ? [programs] : []),
  ];
}

/** Runs a program to its end and returns what it wrote. Throws NodeError with its own words when it fails. */
export function runProgram(program: string, args: readonly string[], options: ExecFileSyncOptions = {}): string {
  try {
    return execFileSync(findProgram(program, process.env), args, {
      env: { ...process.env, PATH: programPath(process.env) },
      maxBuffer: 1 << 26,
      ...options,
      encoding: "utf8",
      stdio: ["pipe", "pipe", "pipe"],
    });
  } catch (error) {
    if (error instanceof NodeError) throw error;
    const { stderr, message } = error as Error & { stderr?: string };
    throw new NodeError(`${program} ${args.join(" ")} failed: ${stderr?.trim() || message}`);
  }
}

// A program that is linked at its start names what links it.
function isUsable(file: string | undefined, isStatic = false): boolean {
  return file !== undefined && !(isStatic && readFileSync(file).includes("/ld-linux"));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
