import { randomUUID } from "node:crypto";
import { rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { loadDefinitions } from "../../../local/engines/definitions";
import { planEngines } from "../../../local/engines/prepare";
import { platformFolders, type PlatformFolders } from "../../../local/platform/folders";
import { send } from "../../../local/platform/https";
import type { ApiAccess } from "../../../local/platform/kubeconfig";
import { KubernetesApi } from "../../../local/platform/kubernetes-api";
import { startPlatform } from "../../../local/platform/platform";
import { installDefinitions } from "../../../local/platform/preinstalled";
import { runningProcesses, stopProcesses } from "../../../local/platform/processes";
import { projectRoot } from "../../support/project-root";
import { removeAtExit } from "../mesh/leftovers";
import { loadModuleDefinitions } from "./module-definitions";

/** An object of any kind. Core kinds, ConfigMap and Secret have no spec. */
export interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

function pluralOf(kind: string): string {
  const lower = kind.toLowerCase();
  if (/(s|x|ch)$/.test(lower)) return `${lower}es`;
  return /[^aeo]y$/.test(lower) ? `${lower.slice(0, -1)}ies` : `${lower}s`;
}

/** The path of an object at the API server. */
export function pathOf({ apiVersion, kind, metadata }: AnyObject): string {
  const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const place = metadata.namespace === undefined ? "" : `/namespaces/${metadata.namespace}`;
  return `${root}${place}/${pluralOf(kind)}/${metadata.name}`;
}

/** A real API server of the local platform, with every definition that the ingress providers need. */
export class ApiServer {
  public readonly api: KubernetesApi;
  private readonly forget: () => void;

  private constructor(
    /** Where it keeps its files; a Pulumi project may be beside them. */
    public readonly folders: PlatformFolders,
    private readonly access: ApiAccess,
  ) {
    this.api = new KubernetesApi(access);
    this.forget = removeAtExit(() => {
      for (const { pid } of runningProcesses(folders)) process.kill(pid, "SIGKILL");
      rmSync(folders.root, { recursive: true, force: true });
    });
  }

  /** Path of a kubeconfig with every right. */
  public get kubeconfig(): string {
    return this.folders.kubeconfig;
  }

  /** Starts it; undefined when etcd or kube-apiserver is missing. Throws when it does not come up. */
  public static async tryStart(): Promise<ApiServer | undefined> {
    const remark = () => undefined;
    const plan = await planEngines(process.env, true, remark);
    if (!plan.found.has("etcd") || !plan.found.has("kube-apiserver")) return undefined;
    const { signal } = new AbortController();
    const context = { modules: path.join(projectRoot, "local", "go"), environment: process.env, remark, signal };
    const definitions = [...(await loadDefinitions(context)), ...(await loadModuleDefinitions())];
    const folders = platformFolders(path.join(os.tmpdir(), `agyn-api-${randomUUID()}`));
    const platform = await startPlatform(folders, plan.found, remark, remark);
    const server = new ApiServer(folders, platform.api);
    try {
      await installDefinitions(server.api, definitions);
      return server;
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /** Applies objects in their order; throws with the server's reason when it refuses one. */
  public async put(...objects: readonly AnyObject[]): Promise<void> {
    for (const object of objects) await this.call("PATCH", `${pathOf(object)}?fieldManager=test&force=true`, object);
  }

  /** Deletes the object at a path. */
  public async delete(at: string): Promise<void> {
    await this.call("DELETE", at);
  }

  /** Makes namespaces. */
  public async createNamespaces(...names: readonly string[]): Promise<void> {
    await this.put(...names.map((name) => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })));
  }

  /** Ends every process and deletes the files. */
  public async stop(): Promise<void> {
    await stopProcesses(runningProcesses(this.folders), this.folders);
    rmSync(this.folders.root, { recursive: true, force: true });
    this.forget();
  }

  private async call(method: "PATCH" | "DELETE", at: string, object?: AnyObject): Promise<void> {
    const { url, authority, token } = this.access;
    const headers = { authorization: `Bearer ${token}`, "content-type": "application/apply-patch+yaml" };
    const body = object && JSON.stringify(object);
    const answer = await send({ url: `${url}${at}`, authority, method, headers, body });
    if (answer.status >= 300) throw new Error(`${method} ${at}: ${answer.status} ${answer.body}`);
  }
}
