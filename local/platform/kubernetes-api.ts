import { setTimeout as sleep } from "node:timers/promises";
import { send, type EngineResponse } from "./https";
import type { ClientAccess } from "./kubeconfig";
import { LocalError } from "../local-error";

/** A Kubernetes object as far as the platform looks at it. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly ownerReferences?: readonly unknown[];
  };
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

/** The API server refused a request: names what was asked and the server's reason. */
export class ApiError extends LocalError {}

/** How often a request is sent at most while the API server asks for patience. */
const patience = 20;

/** The few calls the platform makes itself; everything else goes through Pulumi. */
export class KubernetesApi {
  public constructor(private readonly access: ClientAccess) {}

  /** Reads a path; undefined for 404. */
  public async tryGet<T>(path: string): Promise<T | undefined> {
    const response = await this.call("GET", path);
    return response.status === 404 ? undefined : (JSON.parse(accepted(response, `GET ${path}`)) as T);
  }

  /** Server-side apply of one object at its path. */
  public async serverSideApply(path: string, object: object): Promise<void> {
    const target = `${path}?fieldManager=agyn-local&force=true`;
    const type = "application/apply-patch+yaml";
    accepted(await this.call("PATCH", target, JSON.stringify(object), type), `apply ${path}`);
  }

  /** Removes the object at a path; that there is none is fine. */
  public async remove(path: string): Promise<void> {
    const response = await this.call("DELETE", path);
    if (response.status !== 404) accepted(response, `DELETE ${path}`);
  }

  /** Waits until a condition of the object at a path is True. Throws ApiError after `seconds`. */
  public async waitForCondition(path: string, type: string, seconds: number): Promise<void> {
    for (const end = Date.now() + seconds * 1000; Date.now() < end; await sleep(200)) {
      const conditions = (await this.tryGet<KubernetesObject>(path))?.status?.conditions ?? [];
      if (conditions.some((condition) => condition.type === type && condition.status === "True")) return;
    }
    throw new ApiError(`${path} did not become ${type} within ${seconds} s`);
  }

  // The API server asks for patience with 429, for example while it opens the storage of a new kind.
  private async call(
    method: "GET" | "PATCH" | "DELETE",
    path: string,
    body?: string,
    contentType?: string,
  ): Promise<EngineResponse> {
    const { url, authority, token, client } = this.access;
    const headers = {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(contentType ? { "content-type": contentType } : {}),
    };
    for (let attempt = 1; ; attempt++) {
      const response = await send({ url: `${url}${path}`, authority, client, method, headers, body, timeout: 30_000 });
      if (response.status !== 429 || attempt === patience) return response;
      await sleep(500);
    }
  }
}

function accepted(response: EngineResponse, request: string): string {
  if (response.status >= 200 && response.status < 300) return response.body;
  const reason = (JSON.parse(response.body) as { message?: string }).message;
  throw new ApiError(`the API server answered ${request} with ${response.status}: ${reason}`);
}
