import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** A Kubernetes object of any kind of the core group. */
export interface ClusterObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string } & Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

const version = { major: "1", minor: "34", gitVersion: "v1.34.2" };
const [badRequest, notFound] = [400, 404];

interface Place {
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
}

// `/api/v1/…` or `/apis/<group>/<version>/…`, then `[namespaces/<namespace>/]<resource>[/<name>]`.
function toPlace(path: string): Place {
  const [, root, ...segments] = path.split("/");
  const inVersion = segments.slice(root === "api" ? 1 : 2);
  const namespace = inVersion[0] === "namespaces" && inVersion.length > 2 ? inVersion[1] : undefined;
  const [resource = "", name] = namespace === undefined ? inVersion : inVersion.slice(2);
  return { resource, namespace, name };
}

function isAt({ kind, metadata }: ClusterObject, { resource, namespace, name }: Place): boolean {
  if (`${kind.toLowerCase()}s` !== resource) return false;
  return (namespace ?? metadata.namespace) === metadata.namespace && (name ?? metadata.name) === metadata.name;
}

// The kind of a list is what the client expects, unless it asks for metadata alone.
function toList(items: readonly ClusterObject[], accept = ""): object {
  const kind = { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1" };
  return { ...(accept.includes(`as=${kind.kind}`) && kind), metadata: { resourceVersion: "1" }, items };
}

// A watch that asks for what exists first is refused, as by a server that predates it: the client lists instead.
function answer(objects: readonly ClusterObject[], request: IncomingMessage, response: ServerResponse): void {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://cluster");
  const send = (code: number, body: object) => {
    response.writeHead(code, { "content-type": "application/json" });
    response.end(JSON.stringify(body));
  };
  const fail = (code: number, reason: string) =>
    send(code, { kind: "Status", apiVersion: "v1", status: "Failure", reason, code });
  if (pathname === "/version") return send(200, version);
  const place = toPlace(pathname);
  const found = objects.filter((object) => isAt(object, place));
  if (request.method !== "GET" || (place.name !== undefined && found.length === 0)) return fail(notFound, "NotFound");
  if (place.name !== undefined) return send(200, found[0] as ClusterObject);
  if (searchParams.get("sendInitialEvents") === "true") return fail(badRequest, "BadRequest");
  if (!searchParams.has("watch")) return send(200, toList(found, request.headers.accept));
  response.writeHead(200, { "content-type": "application/json" });
  response.flushHeaders();
}

/**
 * A Kubernetes API server that only shows what it was given, and never changes. Today's istiod does not start without
 * one, even when its whole configuration comes from files; istioctl looks at pods and Services nowhere else.
 */
export class Cluster {
  private constructor(private readonly server: Server) {}

  /** Starts it on a free port of `address`. */
  static async start(address: string, objects: readonly ClusterObject[] = []): Promise<Cluster> {
    const server = createServer((request, response) => answer(objects, request, response));
    server.listen(0, address);
    await once(server, "listening");
    return new Cluster(server);
  }

  /** A kubeconfig that leads to it. */
  kubeconfig(): object {
    const { address, port } = this.server.address() as AddressInfo;
    const name = "stand-in";
    return {
      apiVersion: "v1",
      kind: "Config",
      clusters: [{ name, cluster: { server: `http://${address}:${port}` } }],
      contexts: [{ name, context: { cluster: name, user: name, namespace: "default" } }],
      users: [{ name, user: {} }],
      "current-context": name,
    };
  }

  /** Ends its connections. */
  async stop(): Promise<void> {
    this.server.close();
    this.server.closeAllConnections();
    await once(this.server, "close");
  }
}
