import { execFile } from "node:child_process";
import * as path from "node:path";
import { loadStack } from "../../../cli/shared/offline/stack";
import type { Finding } from "../../../cli/verify/finding";
import { drawRequests, everyLayer } from "../../support/platform-standin/draw";
import { namespacesOf } from "../../support/platform-standin/workloads";
import { projectRoot } from "../../support/project-root";
import { Cluster } from "./cluster";
import { StandinPlatform } from "./standin-platform";
import { tell, type Told } from "./told";

const seed = 20_261;
const largestAnswer = 1 << 26;

/** A cluster on which the stack itself is installed: nothing is added but the stand-ins. */
export interface InstalledStack {
  /** Name or file of the stack. */
  readonly stack: string;
  /** Images of the stand-in, and of `ziti`. */
  readonly image: string;
  readonly tunneler: string;
  /** Workloads of the platform that the stack brings, by their names. */
  readonly present: readonly string[];
  /** Where the ingress gateway answers: address and port. */
  readonly ingress: string;
  /** A name server that knows the public names. Undefined: the system's. */
  readonly dns?: string;
}

/** What the run says of itself, one JSON line. */
export interface InstalledReport {
  readonly pods: number;
  readonly judged: Told;
  /** Everything that `verify` found with the platform there. */
  readonly findings: readonly Finding[];
}

async function verify({ stack, ingress, dns }: InstalledStack, kubeconfig: string): Promise<readonly Finding[]> {
  const program = path.join(projectRoot, "bin", "agyn-net");
  const found = dns === undefined ? ["--address", ingress] : ["--dns", dns];
  const args = ["verify", "--stack", stack, "--kubeconfig", kubeconfig, ...found, "--json"];
  const output = await new Promise<string>((resolve, reject) => {
    execFile(process.execPath, [program, ...args], { maxBuffer: largestAnswer }, (_error, stdout, stderr) => {
      if (stdout.startsWith("[")) resolve(stdout);
      else reject(new Error(`agyn-net ${args.join(" ")}: ${stderr || stdout}`)); // a failed check is an answer
    });
  });
  return JSON.parse(output) as readonly Finding[];
}

async function judge(given: InstalledStack, kubeconfig: string): Promise<InstalledReport> {
  const started = Date.now();
  const said = (what: string) => console.error(`${Math.round((Date.now() - started) / 1000)} s: ${what}`);
  const { stack, image, tunneler, present, ingress } = given;
  const installation = loadStack(stack);
  const namespaces = namespacesOf(installation.model);
  const overlay = { stack, kubeconfig, image: tunneler, ingress };
  const cluster = await Cluster.open(kubeconfig);
  const platform = await StandinPlatform.start(cluster, installation, image, { present, ingress, namespaces, overlay });
  try {
    said(`${platform.workloads.length} pods are ready`);
    const judged = tell(await platform.judge(drawRequests(installation, seed), everyLayer));
    said("every request was sent");
    await platform.removeBeside();
    const findings = await verify(given, kubeconfig);
    said("the installation was verified");
    return { pods: platform.workloads.length, judged, findings };
  } finally {
    await platform.remove();
    said("everything is gone");
  }
}

// A process of its own, since the API server is where the node is: in another network namespace.
async function main([given = ""]: readonly string[]): Promise<void> {
  const { KUBECONFIG: kubeconfig } = process.env;
  if (kubeconfig === undefined || given === "") {
    throw new Error("usage: KUBECONFIG=<path> installed-main.js <what is installed, as JSON>");
  }
  console.log(JSON.stringify(await judge(JSON.parse(given) as InstalledStack, kubeconfig)));
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
