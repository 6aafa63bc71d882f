import { mkdirSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import * as path from "node:path";
import type { Manifest } from "../../../access/render/manifest";
import { startChild } from "./child";
import { Cluster } from "./cluster";

/** An istiod that reads its configuration from files and serves proxies without Kubernetes. */
export interface Istiod {
  /** Port on loopback that serves proxies. */
  readonly port: number;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Address of everything that is not a workload. */
export const loopback = "127.0.0.1";

// The first three take filters out that only Istio's own build of Envoy has. There is no certificate authority: the
// harness signs every identity itself.
const environment = {
  PILOT_ENABLE_METADATA_EXCHANGE: "false",
  PILOT_ENABLE_ALPN_FILTER: "false",
  PILOT_ENABLE_AMBIENT: "false",
  ENABLE_CA_SERVER: "false",
  PILOT_CERT_PROVIDER: "none",
  INJECT_ENABLED: "false",
  INJECTION_WEBHOOK_CONFIG_NAME: "",
  VALIDATION_WEBHOOK_CONFIG_NAME: "",
  PILOT_DEBOUNCE_AFTER: "50ms",
};

/** A port of loopback that nothing listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, loopback);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Writes manifests as files that istiod and istioctl read: one object each. */
export function writeManifests(folder: string, manifests: readonly Manifest[]): void {
  mkdirSync(folder, { recursive: true });
  for (const [index, manifest] of manifests.entries()) {
    const name = `${String(index).padStart(3, "0")}-${manifest.kind}-${manifest.metadata.name}.yaml`.toLowerCase();
    writeFileSync(path.join(folder, name), JSON.stringify(manifest, undefined, 2));
  }
}

/** Starts istiod over `manifests`, with the mesh configuration that the program installs it with. */
export async function startIstiod(
  binary: string,
  folder: string,
  rootNamespace: string,
  meshConfig: object,
  manifests: readonly Manifest[],
): Promise<Istiod> {
  const [port, httpPort] = [await freePort(), await freePort()];
  const meshFile = path.join(folder, "mesh.yaml");
  const configFolder = path.join(folder, "config");
  writeManifests(configFolder, manifests);
  const cluster = await Cluster.start(loopback);
  const kubeconfig = path.join(folder, "kubeconfig");
  writeFileSync(kubeconfig, JSON.stringify(cluster.kubeconfig()));
  writeFileSync(meshFile, JSON.stringify({ ...meshConfig, rootNamespace }));
  const child = startChild(
    binary,
    [
      "discovery",
      `--kubeconfig=${kubeconfig}`,
      `--configDir=${configFolder}`,
      `--meshConfig=${meshFile}`,
      `--grpcAddr=${loopback}:${port}`,
      `--httpAddr=${loopback}:${httpPort}`,
      "--httpsAddr=",
      "--secureGRPCAddr=",
      "--monitoringAddr=",
      "--ctrlz_port=0",
      `--ctrlz_address=${loopback}`,
      "--keepaliveMaxServerConnectionAge=24h",
    ],
    path.join(folder, "istiod.log"),
    { ...environment, POD_NAMESPACE: rootNamespace, POD_NAME: "istiod" },
  );
  const stop = async () => {
    await child.stop();
    await cluster.stop();
  };
  try {
    await child.waitUntilReady(() => whyNotReady(`http://${loopback}:${httpPort}/ready`));
    return { port, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function whyNotReady(url: string): Promise<string | undefined> {
  return fetch(url).then(
    ({ ok, status }) => (ok ? undefined : `${url} answers ${status}`),
    (error: Error) => `${url}: ${error.message}`,
  );
}
