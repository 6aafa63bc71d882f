/**
 * A stand-in for `kind`, for tests: it takes the commands and flags that the local platform uses, and hands out the
 * project's own node as a cluster. What it does not know it refuses, as kind does.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { parse } from "yaml";
import { StandinCluster, type PortMappings } from "./standin-cluster";

/** Folder in which the stand-in keeps its clusters. */
export const folderVariable = "AGYN_STANDIN_KIND";
/** What the stand-in answers to `version`. */
export const standinVersion = "kind v0.0.0-stand-in: hands out a node of this project";

const flags = {
  "create cluster": ["name", "config", "kubeconfig", "wait"],
  "delete cluster": ["name", "kubeconfig"],
  "get clusters": [],
  "get kubeconfig": ["name"],
} as const;

interface Config {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly nodes?: readonly { readonly role?: string; readonly extraPortMappings?: PortMappings }[];
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function readMappings(file: string | undefined): PortMappings {
  if (file === undefined) return [];
  const config = parse(readFileSync(file, "utf8")) as Config;
  if (config.kind !== "Cluster" || config.apiVersion !== "kind.x-k8s.io/v1alpha4") {
    throw new Error(`unknown apiVersion: ${config.apiVersion} for kind: ${config.kind}`);
  }
  return (config.nodes ?? []).flatMap(({ extraPortMappings = [] }) => extraPortMappings);
}

async function create(
  root: string,
  name: string,
  options: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const cluster = new StandinCluster(root, name);
  if (cluster.exists()) throw new Error(`node(s) already exist for a cluster with the name "${name}"`);
  const mappings = readMappings(options.config);
  say(`Creating cluster "${name}" ...`);
  await cluster.create(mappings);
  say(" • Stand-in: a node of this project, no container");
  if (options.kubeconfig === undefined) throw new Error("the stand-in writes no kubeconfig but the one it is told");
  writeFileSync(options.kubeconfig, cluster.kubeconfig(), { mode: 0o600 });
}

async function main(args: readonly string[]): Promise<void> {
  const root = process.env[folderVariable];
  if (root === undefined) throw new Error(`${folderVariable} is not set`);
  if (args[0] === "version") return console.log(standinVersion);
  const command = args.slice(0, 2).join(" ");
  const known = flags[command as keyof typeof flags] as readonly string[] | undefined;
  if (known === undefined) throw new Error(`unknown command ${JSON.stringify(command)} for "kind"`);
  const options = Object.fromEntries(known.map((name) => [name, { type: "string" } as const]));
  const { values } = parseArgs({ args: args.slice(2), options });
  const name = String(values.name ?? "kind");
  if (command === "create cluster") return create(root, name, values);
  if (command === "get clusters") {
    const names = StandinCluster.list(root);
    return names.length === 0 ? say("No kind clusters found.") : console.log(names.join("\n"));
  }
  const cluster = new StandinCluster(root, name);
  if (command === "get kubeconfig") return console.log(cluster.kubeconfig());
  say(`Deleting cluster "${name}" ...`);
  if (cluster.exists()) await cluster.remove();
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    say(`ERROR: ${(error as Error).message}`);
    process.exitCode = 1;
  });
}
