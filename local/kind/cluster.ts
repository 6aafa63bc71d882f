import { tryReadText, writeWhole } from "../files";
import type { Environment } from "../engines/folders";
import { send } from "../platform/https";
import type { ClientAccess } from "../platform/kubeconfig";
import { toAccess } from "./access";
import { providerVariable, type ContainerEngine } from "./answers";
import { findHostPorts, renderKindConfig } from "./config";
import type { KindFolders } from "./folders";
import { KindError } from "./kind-error";
import { clusterName, forgetCluster, saveCluster, tryLoadCluster, type ClusterRecord } from "./record";
import { runProgram, type Ran, type RunOptions } from "./run-kind";

/** What making and removing a cluster needs. */
export interface KindContext {
  readonly folders: KindFolders;
  readonly environment: Environment;
  readonly signal?: AbortSignal;
  /** Receives one line for each thing that a person should know. */
  readonly line: (text: string) => void;
  /** Receives what is going on right now. */
  readonly status: (text: string) => void;
}

/** A cluster that answers, and how. */
export interface RunningCluster {
  readonly record: ClusterRecord;
  readonly kubeconfig: string;
  readonly access: ClientAccess;
  /** This run made it. */
  readonly created: boolean;
}

const readySeconds = 180;

/**
 * The cluster of a state folder, made where there is none. `https`: a port of this machine for TLS that was asked for.
 * Throws KindError, with kind's last words, when it cannot be made, and when one of its name belongs to another.
 */
export async function ensureCluster(
  context: KindContext,
  containerEngine: ContainerEngine,
  https?: number,
): Promise<RunningCluster> {
  const { folders, line } = context;
  const there = (await listClusters(context, containerEngine)).includes(clusterName);
  const known = tryLoadCluster(folders);
  if (known === undefined && there) throw new KindError(foreignMessage);
  if (known?.complete === true && there) return { ...(await open(folders, known)), created: false };
  if (known !== undefined) {
    line(
      known.complete
        ? `The cluster ${clusterName} is gone, and the stack on it: starting anew.`
        : "The last run was cut off while kind made the cluster: starting anew.",
    );
    await removeCluster(context);
  }
  const ports = await findHostPorts(https);
  const record = { name: clusterName, containerEngine, ports };
  writeWhole(folders.config, renderKindConfig(ports));
  saveCluster(folders, { ...record, complete: false });
  await create(context, record);
  saveCluster(folders, { ...record, complete: true });
  return { ...(await open(folders, { ...record, complete: true })), created: true };
}

/** Removes the cluster that this state folder made, and the stack's state with it. True when there was one. */
export async function removeCluster(context: KindContext): Promise<boolean> {
  const { folders, status } = context;
  const record = tryLoadCluster(folders);
  if (record === undefined) return false;
  status(`removing the cluster ${record.name}`);
  const args = ["delete", "cluster", "--name", record.name, "--kubeconfig", folders.kubeconfig];
  const ran = await runKind(context, record.containerEngine, args);
  if (ran.code !== 0) throw new KindError(failure(`could not remove the cluster ${record.name}`, ran));
  forgetCluster(folders);
  return true;
}

const foreignMessage =
  `kind has a cluster "${clusterName}" that this state folder did not make: it stays as it is. Remove it yourself ` +
  `(kind delete cluster --name ${clusterName}), or do without: --no-kind`;

async function listClusters(context: KindContext, engine: ContainerEngine): Promise<readonly string[]> {
  const ran = await runKind(context, engine, ["get", "clusters"], { limit: 30_000 });
  if (ran.code !== 0) throw new KindError(failure("could not list its clusters", ran));
  // Without any it says so on the other stream.
  return ran.output.split("\n").map((name) => name.trim());
}

async function create(context: KindContext, record: Omit<ClusterRecord, "complete">): Promise<void> {
  const { folders, line, status } = context;
  const args = ["create", "cluster", "--name", record.name, "--config", folders.config];
  const started = Date.now();
  const onLine = (text: string): void => status(`kind: ${text.trim()}`);
  // Never the person's own kubeconfig, which kind writes into by itself.
  const ran = await runKind(
    context,
    record.containerEngine,
    [...args, "--kubeconfig", folders.kubeconfig, "--wait", `${readySeconds}s`],
    { onLine },
  );
  if (ran.code !== 0) {
    await removeCluster(context);
    const further = "Go on without kind: add --no-kind. Or mend the cause and run it again.";
    throw new KindError(`${failure(`could not make the cluster ${record.name}`, ran)}\n${further}`);
  }
  line(`kind made the cluster ${record.name} in ${Math.round((Date.now() - started) / 1000)} s.`);
}

async function open(folders: KindFolders, record: ClusterRecord): Promise<Omit<RunningCluster, "created">> {
  const kubeconfig = tryReadText(folders.kubeconfig) ?? "";
  const access = toAccess(kubeconfig);
  const { url, authority, client, token } = access;
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const request = { url: `${url}/readyz`, authority, client, headers };
  const why = await send(request).then(
    ({ status, body }) => (status === 200 ? undefined : `${url} answers with status ${status}: ${body.slice(0, 200)}`),
    (error: Error) => error.message,
  );
  if (why === undefined) return { record, kubeconfig, access };
  throw new KindError(
    `the cluster ${record.name} does not answer (${why}). Start it (${record.containerEngine} start ` +
      `${record.name}-control-plane), or remove it with its stack: npm run local -- stop`,
  );
}

function runKind(
  { environment, signal }: KindContext,
  engine: ContainerEngine,
  args: readonly string[],
  more: Partial<RunOptions> = {},
): Promise<Ran> {
  return runProgram("kind", args, { environment: { ...environment, [providerVariable]: engine }, signal, ...more });
}

function failure(what: string, { code, words }: Ran): string {
  const how = code === undefined ? "" : ` (exit code ${code})`;
  return [`kind ${what}${how}:`, ...words.map((word) => `  ${word}`)].join("\n");
}
