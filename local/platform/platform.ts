import { readFileSync } from "node:fs";
import type { EngineName } from "../engines/catalog";
import { findEngine, type Engines } from "../engines/prepare";
import { writeWhole } from "../files";
import { ensureCertificates, type CertificateFiles } from "./certificates";
import type { ControllerAccess } from "./controller-access";
import { controllerAccess, controllerProcess, type ControllerContext } from "./controller";
import type { PlatformFolders } from "./folders";
import { renderKubeconfig, type ApiAccess } from "./kubeconfig";
import {
  apiServerProcess,
  apiServerUrl,
  etcdProcess,
  nodeProcesses,
  type KubernetesContext,
} from "./kubernetes-engines";
import { choosePorts, preferredPorts, type Ports } from "./ports";
import {
  runningProcesses,
  startProcess,
  stopProcesses,
  waitUntilReady,
  type EngineProcess,
  type ProcessRecord,
} from "./processes";
import { dropUnusableQuickstart, noteUsableQuickstart } from "./quickstart";
import { ensureSecrets, saveRecord, tryLoadRecord, type PlatformRecord, type PlatformSecrets } from "./record";

/** A platform that is up. */
export interface Platform {
  readonly folders: PlatformFolders;
  readonly record: PlatformRecord;
  readonly api: ApiAccess;
  readonly controller: ControllerAccess;
  /** True when this call started it; false when it was up already. */
  readonly started: boolean;
}

/** Progress of a start: called when an engine begins to start and when it is ready. */
export type StartListener = (engine: string, state: "starting" | "ready") => void;

/**
 * Makes the platform run: starts what does not run, keeps what does. A platform whose kind changed (a plugin or the
 * real controller was installed meanwhile) is restarted as the new kind.
 */
export async function startPlatform(
  folders: PlatformFolders,
  engines: Engines,
  remark: (line: string) => void,
  onEngine: StartListener,
): Promise<Platform> {
  const basis: Basis = {
    folders,
    engines,
    secrets: ensureSecrets(folders),
    certificates: await ensureCertificates(folders.certificates),
  };
  const previous = tryLoadRecord(folders);
  const wanted = describe(engines, previous?.ports ?? preferredPorts);
  const running = runningProcesses(folders);
  if (previous && isSameKind(previous, wanted) && (await isUp(startOrder(basis, wanted).flat(), running))) {
    return { ...describeAccess(basis, wanted), started: false };
  }
  await stopProcesses(running, folders);
  const record = { ...wanted, ports: await choosePortsAloud(wanted.ports, remark) };
  if (record.controller === "real") dropUnusableQuickstart(folders, record.ports);
  const platform = describeAccess(basis, record);
  writeWhole(folders.tokens, `${basis.secrets.adminToken},agyn-local-admin,agyn-local-admin,"system:masters"\n`);
  writeWhole(folders.kubeconfig, renderKubeconfig(platform.api));
  saveRecord(folders, record);
  await Promise.all(startOrder(basis, record).map((chain) => startChain(chain, folders, onEngine)));
  if (record.controller === "real") noteUsableQuickstart(folders, record.ports);
  return { ...platform, started: true };
}

/** A platform from its records, without starting anything; undefined when it was never started. */
export async function tryLoadPlatform(folders: PlatformFolders): Promise<Platform | undefined> {
  const record = tryLoadRecord(folders);
  if (!record) return undefined;
  const certificates = await ensureCertificates(folders.certificates);
  const basis = { folders, engines: new Map(), secrets: ensureSecrets(folders), certificates };
  return { ...describeAccess(basis, record), started: false };
}

/** Seconds in which an engine that runs already has to answer. */
const answerSeconds = 10;

// False when a process is missing. Throws when all run and one does not answer: a restart would hide that.
async function isUp(engines: readonly EngineProcess[], running: readonly ProcessRecord[]): Promise<boolean> {
  const pairs = engines.flatMap((engine) => {
    const record = running.find(({ name }) => name === engine.name);
    return record ? [{ engine, record }] : [];
  });
  if (pairs.length < engines.length) return false;
  await Promise.all(pairs.map(({ engine, record }) => waitUntilReady(engine, record, answerSeconds)));
  return true;
}

interface Basis {
  readonly folders: PlatformFolders;
  readonly engines: Engines;
  readonly secrets: PlatformSecrets;
  readonly certificates: CertificateFiles;
}

function describe(engines: Engines, ports: Ports): PlatformRecord {
  return {
    ports,
    kubernetesPlugin: engines.has("pulumi-resource-kubernetes") ? "real" : "double",
    controller: engines.has("ziti") ? "real" : "double",
    engines: [...engines.values()].map(({ name, version, path }) => ({ name, version, path })),
  };
}

function isSameKind(left: PlatformRecord, right: PlatformRecord): boolean {
  return left.kubernetesPlugin === right.kubernetesPlugin && left.controller === right.controller;
}

function describeAccess(basis: Basis, record: PlatformRecord): Omit<Platform, "started"> {
  const authority = readFileSync(basis.certificates.authority, "utf8");
  return {
    folders: basis.folders,
    record,
    api: { url: apiServerUrl(record.ports), authority, token: basis.secrets.adminToken },
    controller: controllerAccess(controllerContext(basis, record)),
  };
}

// Chains start side by side; inside a chain each step waits for the one before it.
function startOrder(basis: Basis, record: PlatformRecord): readonly (readonly EngineProcess[])[] {
  const command = (name: EngineName): string => findEngine(basis.engines, name).path;
  const context: KubernetesContext = {
    folders: basis.folders,
    ports: record.ports,
    certificates: basis.certificates,
    adminToken: basis.secrets.adminToken,
    withNodes: record.kubernetesPlugin === "real",
  };
  return [
    [
      etcdProcess(command("etcd"), context),
      apiServerProcess(command("kube-apiserver"), context),
      ...(context.withNodes ? nodeProcesses(command, context) : []),
    ],
    [controllerProcess(basis.engines.get("ziti")?.path, controllerContext(basis, record))],
  ];
}

function controllerContext(basis: Basis, record: PlatformRecord): ControllerContext {
  const { folders, certificates, secrets } = basis;
  return { folders, certificates, ports: record.ports, password: secrets.controllerPassword, kind: record.controller };
}

async function startChain(
  chain: readonly EngineProcess[],
  folders: PlatformFolders,
  onEngine: StartListener,
): Promise<void> {
  for (const engine of chain) {
    onEngine(engine.name, "starting");
    await waitUntilReady(engine, startProcess(engine, folders));
    onEngine(engine.name, "ready");
  }
}

async function choosePortsAloud(wished: Ports, remark: (line: string) => void): Promise<Ports> {
  const ports = await choosePorts(wished);
  for (const [use, port] of Object.entries(wished)) {
    const chosen = ports[use as keyof Ports];
    if (chosen !== port) remark(`port ${port} (${use}) is taken: using ${chosen}`);
  }
  return ports;
}
