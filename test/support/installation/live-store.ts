import { send } from "../../../local/platform/https";
import type { ApiAccess } from "../../../local/platform/kubeconfig";
import type { ClusterObject } from "./objects";
import type { ClusterStore } from "./world";

const notFound = 404;

// What the server wrote about an object itself: a new one must not have it.
function withoutIdentity({ metadata, ...rest }: ClusterObject): ClusterObject {
  const written = ["uid", "resourceVersion", "creationTimestamp", "managedFields", "generation"];
  const kept = Object.entries(metadata).filter(([key]) => !written.includes(key));
  return { ...rest, metadata: Object.fromEntries(kept) } as ClusterObject;
}

/** The cluster behind a real API server, for disturbances. Throws with the server's reason when it refuses something. */
export class LiveStore implements ClusterStore {
  constructor(private readonly access: ApiAccess) {}

  async tryGet(path: string): Promise<ClusterObject | undefined> {
    const answer = await this.send("GET", path);
    return answer.status === notFound ? undefined : this.accepted(answer, `GET ${path}`);
  }

  async put(path: string, object: ClusterObject): Promise<void> {
    const wanted = withoutIdentity(object);
    const before = await this.tryGet(path);
    const body = before === undefined ? wanted : { ...wanted, metadata: { ...wanted.metadata, ...versionOf(before) } };
    const collection = path.slice(0, path.lastIndexOf("/"));
    const written = await (before === undefined ? this.send("POST", collection, body) : this.send("PUT", path, body));
    this.accepted(written, `write ${path}`);
    if (object.status === undefined) return;
    const status = await this.send("PATCH", `${path}/status`, { status: object.status });
    if (status.status !== notFound) this.accepted(status, `write the status of ${path}`);
  }

  async remove(path: string): Promise<void> {
    // The server protects claims with a finalizer that a controller takes away: none runs here.
    this.accepted(await this.send("PATCH", path, { metadata: { finalizers: null } }), `release ${path}`);
    this.accepted(await this.send("DELETE", `${path}?gracePeriodSeconds=0`), `DELETE ${path}`);
  }

  private send(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, body?: object) {
    const { url, authority, token } = this.access;
    const type = method === "PATCH" ? "application/merge-patch+json" : "application/json";
    const headers = { authorization: `Bearer ${token}`, "content-type": type };
    return send({ url: `${url}${path}`, authority, method, headers, body: body && JSON.stringify(body) });
  }

  private accepted(answer: { readonly status: number; readonly body: string }, request: string): ClusterObject {
    if (answer.status >= 300) throw new Error(`${request}: ${answer.status} ${answer.body}`);
    return JSON.parse(answer.body) as ClusterObject;
  }
}

function versionOf({ metadata }: ClusterObject): object {
  const { resourceVersion } = metadata as { readonly resourceVersion?: string };
  return { resourceVersion };
}
