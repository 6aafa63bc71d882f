import { readdirSync, rmSync } from "node:fs";
import * as path from "node:path";
import type { LocalContext } from "./context";
import { removeCluster } from "./kind/cluster";
import { kindFolders, type KindFolders } from "./kind/folders";
import { kindContext } from "./kind/operate";
import { clusterName, tryLoadCluster, type ClusterRecord } from "./kind/record";
import { tryFindHolder } from "./lock";
import { nodeFolders } from "./node/folders";
import { runningProcesses, stopProcesses, type ProcessRecord } from "./platform/processes";
import { tryLoadRecord, type PlatformRecord } from "./platform/record";
import { stackFile } from "./stack/project";
import { renderGenuineness } from "./stack/report";

/**
 * Ends every process the platform started, and removes the cluster that it made with kind; with `wipe` its state folder goes
 * too. Says what ended.
 */
export async function stop(context: LocalContext, wipe: boolean): Promise<void> {
  const { terminal, folders } = context;
  if (await removeCluster(kindContext(context)))
    terminal.line(`removed the cluster ${clusterName} of kind, and its stack`);
  const running = runningProcesses(folders);
  // Clients before the servers they talk to: the API server writes to etcd until its end.
  const [etcd, others] = [running.filter(isEtcd), running.filter((record) => !isEtcd(record))];
  await stopProcesses(others, folders);
  await stopProcesses(etcd, folders);
  for (const { name, pid } of [...others, ...etcd]) terminal.line(`ended ${name} (pid ${pid})`);
  if (running.length === 0) terminal.line("no engine was running");
  if (!wipe) return;
  // The lock in it is held by this very command; a node may run, and has an end of its own.
  const kept = [folders.lock, nodeFolders(folders.root).root];
  const entries = readdirSync(folders.root).map((name) => path.join(folders.root, name));
  for (const entry of entries.filter((file) => !kept.includes(file))) rmSync(entry, { recursive: true, force: true });
  terminal.line(`removed the state in ${folders.root}`);
}

/** Shows engines, processes, ports and what is real. */
export function status({ terminal, folders }: LocalContext): void {
  const cluster = tryLoadCluster(kindFolders(folders.root));
  if (cluster) for (const line of renderCluster(cluster, kindFolders(folders.root))) terminal.line(line);
  const record = tryLoadRecord(folders);
  if (!record && cluster) return;
  if (!record) return terminal.line(`There is no local platform in ${folders.root}. Start one: agyn-net local up`);
  for (const line of renderStatus(record, runningProcesses(folders))) terminal.line(line);
  const holder = tryFindHolder(folders.lock);
  if (holder) terminal.line(`\nbusy: ${holder.purpose} (pid ${holder.pid}, since ${holder.since})`);
  terminal.line(`\nstate: ${folders.root}`);
}

/** The lines of `status` about a cluster of kind. */
function renderCluster(
  { name, containerEngine, ports, complete }: ClusterRecord,
  { kubeconfig, root }: KindFolders,
): readonly string[] {
  const row = (what: string, value: string): string => `${what.padEnd(16)} ${value}`;
  return [
    row("cluster", `${name}, made with kind and ${containerEngine}${complete ? "" : "; not complete"}`),
    row("gateway", `https on port ${ports.https}, http on port ${ports.http} of 127.0.0.1`),
    row("kubeconfig", kubeconfig),
    row("state", root),
  ];
}

/** The lines of `status`. */
export function renderStatus(record: PlatformRecord, running: readonly ProcessRecord[]): readonly string[] {
  const engines = record.engines.map(
    ({ name, version, path: file }) => `  ${name.padEnd(27)} ${version.padEnd(9)} ${file}`,
  );
  const processes = running.map(({ name, pid, log }) => `  ${name.padEnd(27)} pid ${String(pid).padEnd(8)} ${log}`);
  const ports = Object.entries(record.ports).map(([use, port]) => `  ${use.padEnd(27)} 127.0.0.1:${port}`);
  return [
    "engines",
    ...engines,
    "",
    "processes",
    ...(processes.length > 0 ? processes : ["  none is running; start them: agyn-net local up"]),
    "",
    "ports",
    ...ports,
    "",
    "kind",
    ...renderGenuineness(record).map((line) => `  ${line}`),
  ];
}

/**
 * Shell exports with which plain `pulumi` works on the same platform from the root of the clone; needs Pulumi's Node
 * language plugin. The passphrase stays in its file.
 */
export function renderEnvironment({ folders: platform, environment }: LocalContext): readonly string[] {
  const kind = kindFolders(platform.root);
  const folders = tryLoadCluster(kind) === undefined ? platform : kind;
  const values: readonly (readonly [string, string])[] = [
    ["PATH", `${folders.binaries}:${environment.PATH ?? ""}`],
    ["PULUMI_HOME", folders.pulumiHome],
    ["PULUMI_BACKEND_URL", `file://${folders.backend}`],
    ["PULUMI_CONFIG_PASSPHRASE_FILE", folders.passphrase],
    ["PULUMI_STACK_CONFIG", stackFile(folders)],
    ["PULUMI_IGNORE_AMBIENT_PLUGINS", "true"],
    ["PULUMI_SKIP_UPDATE_CHECK", "true"],
    ["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", "true"],
    ["KUBECONFIG", folders.kubeconfig],
  ];
  return [
    ...values.map(([name, value]) => `export ${name}=${quote(value)}`),
    '# pulumi preview --stack dev --config-file "$PULUMI_STACK_CONFIG"; likewise up, refresh and destroy',
  ];
}

function isEtcd({ name }: ProcessRecord): boolean {
  return name === "etcd";
}

function quote(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
