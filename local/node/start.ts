import { Resolver } from "node:dns/promises";
import { mkdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findEngine, type Engines } from "../engines/prepare";
import { tryReadText, writeWhole } from "../files";
import { ensureCertificates } from "../platform/certificates";
import { KubernetesApi } from "../platform/kubernetes-api";
import type { KubernetesContext } from "../platform/kubernetes-engines";
import type { StartListener } from "../platform/platform";
import {
  runningProcesses,
  startProcess,
  stopProcesses,
  waitUntilReady,
  type EngineProcess,
} from "../platform/processes";
import { addresses, clusterDomain, nodeName, nodePorts } from "./addresses";
import { nodeAccess } from "./api-access";
import { controllerProcesses, storeProcesses, type FindCommand } from "./control-plane";
import { removeFirewall } from "./firewall";
import type { NodeFolders } from "./folders";
import { nodeImages } from "./images/node-images";
import { pushImage } from "./images/pack";
import { NodeError } from "./node-error";
import { nodeParts, type NodePart } from "./parts";
import { renderDnsConfig, renderDnsObjects } from "./settings/dns";
import { outsideHosts } from "./settings/outside-dns";
import { standInProcess } from "./stand-ins/process";
import { removeStorageClass } from "./stand-ins/volumes";
import { writeUsers } from "./users";
import {
  firewallProcess,
  kubeletProcess,
  outsideDnsProcess,
  proxyProcess,
  registryProcess,
  runtimeProcess,
} from "./worker";

const readySeconds = 120;

/** The process that is behind each part. */
const partProcesses: Readonly<Record<NodePart, string>> = {
  "load-balancer": "load-balancer",
  volumes: "volumes",
  "network-policies": "kube-router",
};

/**
 * Starts what does not run of a node, from inside of its network namespace, and ends the parts that it shall not have.
 * Returns when the node is ready and resolves names. Throws when something does not come up.
 */
export async function startEngines(
  folders: NodeFolders,
  engines: Engines,
  parts: readonly NodePart[],
  onEngine: StartListener,
): Promise<void> {
  const { context, api } = await prepare(folders);
  const command: FindCommand = (name) => findEngine(engines, name).path;
  const expected = new Set<string>();
  const start = (processes: readonly EngineProcess[]) => {
    for (const { name } of processes) expected.add(name);
    return startChain(processes, folders, onEngine);
  };
  const images = start([registryProcess(folders)]).then(() => pushNodeImages(engines, folders, onEngine));
  const runtime = start([runtimeProcess(folders)]);
  const world = start([outsideDnsProcess(command, folders)]);
  await start(storeProcesses(command, context));
  await endParts(folders, parts, api);
  await createDns(api);
  await Promise.all([images, runtime, world]);
  await Promise.all([
    ...controllerProcesses(command, context).map((one) => start([one])),
    start([kubeletProcess(command, folders, context.certificates.authority)]),
    start([proxyProcess(command, folders)]),
  ]);
  onEngine("the node", "starting");
  await api.waitForCondition(`/api/v1/nodes/${nodeName}`, "Ready", readySeconds);
  // kube-router ends where it does not find its node.
  await Promise.all(parts.map((part) => start([partProcess(part, command, folders)])));
  onEngine("the cluster's DNS", "starting");
  await waitForDns();
  requireRunning(folders, expected);
}

// What the API server says of the pods may be of an earlier start: an answer is proof of pod, network and Service.
async function waitForDns(): Promise<void> {
  const resolver = new Resolver({ timeout: 1_000, tries: 1 });
  resolver.setServers([addresses.dns]);
  for (const end = Date.now() + readySeconds * 1000; ; await sleep(200)) {
    try {
      await resolver.resolve4(`kubernetes.default.svc.${clusterDomain}`);
      return;
    } catch (error) {
      if (Date.now() > end) throw new NodeError(`the cluster's DNS does not answer: ${(error as Error).message}`);
    }
  }
}

// What ends after its first answer would be missed by whoever waits for that.
function requireRunning(folders: NodeFolders, expected: ReadonlySet<string>): void {
  const running = runningProcesses(folders).map(({ name }) => name);
  const ended = [...expected].filter((name) => !running.includes(name));
  if (ended.length > 0) throw new NodeError(`${ended.join(", ")} ended after the start; logs: ${folders.logs}`);
}

async function prepare(folders: NodeFolders): Promise<{ context: KubernetesContext; api: KubernetesApi }> {
  const { node, apiService } = addresses;
  const certificates = await ensureCertificates(folders.certificates, [node, apiService]);
  const adminToken = writeUsers(folders, readFileSync(certificates.authority, "utf8"));
  for (const folder of [folders.registry, folders.volumes, folders.podLogs]) mkdirSync(folder, { recursive: true });
  if (tryReadText(outsideHosts(folders)) === undefined) writeWhole(outsideHosts(folders), "");
  const context = { folders, ports: nodePorts, certificates, adminToken, withNodes: true };
  return { context, api: new KubernetesApi(nodeAccess(folders, certificates.authority)) };
}

async function startChain(
  processes: readonly EngineProcess[],
  folders: NodeFolders,
  onEngine: StartListener,
): Promise<void> {
  for (const engine of processes) {
    onEngine(engine.name, "starting");
    const running = runningProcesses(folders).find(({ name }) => name === engine.name);
    await waitUntilReady(engine, running ?? startProcess(engine, folders));
    onEngine(engine.name, "ready");
  }
}

async function endParts(folders: NodeFolders, parts: readonly NodePart[], api: KubernetesApi): Promise<void> {
  const unwanted = nodeParts.filter((part) => !parts.includes(part));
  const names = unwanted.map((part) => partProcesses[part]);
  await stopProcesses(
    runningProcesses(folders).filter(({ name }) => names.includes(name)),
    folders,
  );
  if (unwanted.includes("network-policies")) removeFirewall();
  if (unwanted.includes("volumes")) await removeStorageClass(api);
}

function partProcess(part: NodePart, command: FindCommand, folders: NodeFolders): EngineProcess {
  return part === "network-policies" ? firewallProcess(command, folders) : standInProcess(part, folders);
}

// Once per registry: what is in it stays there with the node's state.
async function pushNodeImages(engines: Engines, folders: NodeFolders, onEngine: StartListener): Promise<void> {
  const images = nodeImages(engines);
  const mark = path.join(folders.registry, "node-images.json");
  const wanted = JSON.stringify(images.map(({ names, entries }) => [names, entries]));
  if (tryReadText(mark) === wanted) return;
  onEngine("images of the node", "starting");
  for (const image of images) await pushImage(image, folders);
  writeWhole(mark, wanted);
  onEngine("images of the node", "ready");
}

async function createDns(api: KubernetesApi): Promise<void> {
  const config = renderDnsConfig();
  if ((await api.tryGet(config.path)) === undefined) await api.serverSideApply(config.path, config.object);
  for (const { path: at, object } of renderDnsObjects()) await api.serverSideApply(at, object);
}
