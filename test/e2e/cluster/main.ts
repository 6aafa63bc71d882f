/** Runs the live tests of real pods on a cluster that a person names, and takes away what they made. */
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";
import { loadKubeConfig } from "../../../kubernetes/api-server";
import { catalog } from "../../../local/engines/catalog";
import { cachedBinary } from "../../../local/engines/find";
import { tryFindProgram } from "../../../local/node/host/programs";
import { projectRoot } from "../../support/project-root";
import { RunTraces } from "./cleaning";
import { givenVariable, type Given } from "./given-cluster";
import { archivedImage, writeImageArchive } from "./image";
import * as path from "node:path";
import { existsSync } from "node:fs";

/** What is said to one who names no cluster, or asks for help. */
export const usage = `usage: npm run e2e:cluster -- --context <name> [options]

Runs the live tests of pods, Services, DNS, volumes, network policies and the stand-in platform on a cluster of yours, in
namespaces of its own, and removes them, also when a case fails. A context has to be named: that KUBECONFIG is set is not
enough.

  --context <name>      the context of the kubeconfig; no default
  --kubeconfig <file>   default: KUBECONFIG
  --prefix <name>       what every namespace of the run begins with; default: agyn-check-<random>
  --image <name>        the image of the stand-in platform, where the cluster can pull it; default: AGYN_TEST_IMAGE
  --load-balancer       make a Service of type LoadBalancer too, which a cloud charges for
  --write-image <file>  write that image as an archive and end; its name is ${archivedImage}`;

const flags = {
  context: { type: "string" },
  kubeconfig: { type: "string" },
  prefix: { type: "string" },
  image: { type: "string" },
  "load-balancer": { type: "boolean" },
  "write-image": { type: "string" },
  help: { type: "boolean" },
} as const;

/** A run that did not begin: the message says what to give. */
export class UsageError extends Error {}

/** The options of a command line. Throws UsageError. */
export function readOptions(args: readonly string[], environment: NodeJS.ProcessEnv) {
  const { values } = parse(args);
  const kubeconfig = values.kubeconfig ?? environment.KUBECONFIG;
  if (values.help || values["write-image"] !== undefined) return { values };
  const missing = [
    ...(values.context ? [] : ["--context: which cluster? It is named, never guessed."]),
    ...(kubeconfig ? [] : ["--kubeconfig: there is no KUBECONFIG either."]),
  ];
  const prefix = values.prefix ?? `agyn-check-${randomBytes(3).toString("hex")}`;
  if (!/^[a-z][a-z0-9-]{2,30}[a-z0-9]$/.test(prefix)) {
    missing.push(`--prefix: received "${prefix}", allowed are 4 to 32 lower-case letters, digits and hyphens.`);
  }
  if (missing.length > 0) throw new UsageError(`${missing.join("\n")}\n\n${usage}`);
  return { values, kubeconfig, prefix, image: values.image ?? environment.AGYN_TEST_IMAGE };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: flags });
  } catch (error) {
    throw new UsageError(`${(error as Error).message}\n\n${usage}`);
  }
}

function findKubectl(environment: NodeJS.ProcessEnv): string {
  const cached = cachedBinary(catalog.kubectl, environment);
  const found = environment.AGYN_KUBECTL ?? tryFindProgram("kubectl", environment);
  if (found !== undefined) return found;
  if (existsSync(cached)) return cached;
  throw new UsageError("kubectl is not on PATH: put it there, or give it in AGYN_KUBECTL");
}

// Ctrl-C ends the cases, which are in the same group, and this process takes away what they made.
function runCases(given: Given): Promise<number> {
  const mocha = path.join(projectRoot, "node_modules", "mocha", "bin", "mocha.js");
  const reporter = path.join(projectRoot, "dist", "test", "support", "reporter.js");
  const cases = path.join(projectRoot, "dist", "test", "e2e", "cluster", "given.test.js");
  const args = [mocha, "--no-config", "--timeout", "900000", "--slow", "60000", "--reporter", reporter, cases];
  process.on("SIGINT", () => console.log("ending; what the cases made is removed first"));
  return new Promise((resolve, reject) => {
    const env = { ...process.env, [givenVariable]: JSON.stringify(given) };
    const child = spawn(process.execPath, args, { stdio: "inherit", env });
    process.on("SIGTERM", () => child.kill());
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
}

async function check(given: Given, server: string): Promise<number> {
  console.log(`cluster     ${given.context} at ${server}`);
  console.log(`namespaces  ${given.prefix}-…`);
  console.log(`image       ${given.image ?? "none: the stand-in platform is left out (--image)"}\n`);
  const traces = new RunTraces(given);
  const there = [...(await traces.find()), ...(await traces.standins())];
  if (there.length > 0) {
    throw new UsageError(`there is something of another run already, which stays as it is: ${there.join(", ")}`);
  }
  let code = 1;
  try {
    code = await runCases(given);
  } finally {
    const left = await traces.remove();
    console.log(left.length === 0 ? "nothing of the run is left" : `left on the cluster: ${left.join(", ")}`);
    if (left.length > 0) code = 1;
  }
  return code;
}

async function main(args: readonly string[]): Promise<number> {
  const { values, kubeconfig = "", prefix = "", image } = readOptions(args, process.env);
  if (values.help) {
    console.log(usage);
    return 0;
  }
  if (values["write-image"] !== undefined) {
    await writeImageArchive(values["write-image"]);
    console.log(archivedImage);
    return 0;
  }
  const context = values.context ?? "";
  const config = await loadKubeConfig({ file: kubeconfig, context });
  const loadBalancer = values["load-balancer"] === true;
  const given = {
    kubeconfig: path.resolve(kubeconfig),
    context,
    prefix,
    kubectl: findKubectl(process.env),
    loadBalancer,
  };
  return check({ ...given, ...(image !== undefined && { image }) }, config.getCurrentCluster()?.server ?? "");
}

if (require.main === module) {
  main(process.argv.slice(2)).then(
    (code) => (process.exitCode = code),
    (error: unknown) => {
      console.error((error as Error).message);
      process.exitCode = 2;
    },
  );
}
