/** A small API server in memory: discovery, create, read, delete, and as much of server-side apply as tests need. */
import { type IncomingMessage, type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { isObject, type Json, type JsonObject } from "../../local/doubles/kubernetes/properties";
import { nameOf, objectAt, textAt, withMetadata } from "../../local/doubles/kubernetes/manifest";

/** A request as it arrived. */
export interface SeenRequest {
  method: string;
  path: string;
  query: Record<string, string>;
  body: JsonObject;
}

/** A status code and what comes with it. */
export type Answer = [code: number, body: JsonObject];

const verbs = ["create", "delete", "deletecollection", "get", "list", "patch", "update"];
const builtIn: [apiVersion: string, plural: string, kind: string, namespaced: boolean][] = [
  ["v1", "namespaces", "Namespace", false],
  ["v1", "configmaps", "ConfigMap", true],
  ["v1", "secrets", "Secret", true],
  ["v1", "serviceaccounts", "ServiceAccount", true],
  ["apps/v1", "deployments", "Deployment", true],
  ["apiextensions.k8s.io/v1", "customresourcedefinitions", "CustomResourceDefinition", false],
];

/** The API server's way to say no. */
export const failure = (code: number, reason: string, message: string): Answer => [
  code,
  { kind: "Status", reason, message },
];

function merge(base: Json | undefined, patch: Json): Json {
  if (!isObject(base) || !isObject(patch)) return patch;
  return {
    ...base,
    ...Object.fromEntries(Object.entries(patch).map(([key, value]) => [key, merge(base[key], value)])),
  };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request) text += String(chunk);
  return text;
}

/** The server; `kinds` may grow while it runs, as it does when a CRD is installed. */
export class FakeApiServer {
  readonly kinds = [...builtIn];
  readonly objects = new Map<string, JsonObject>();
  readonly requests: SeenRequest[] = [];
  /** Answers in place of the server where it returns something. */
  intercept: (seen: SeenRequest) => Answer | undefined = () => undefined;
  private readonly server: Server;
  private versions = 0;

  constructor() {
    this.server = createServer((request, response) => {
      void this.answer(request).then(([code, body]) => {
        response.writeHead(code, { "content-type": "application/json" }).end(JSON.stringify(body));
      });
    });
  }

  /** Starts on a free loopback port. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** The object at a URL path; fails the test when there is none. */
  at(path: string): JsonObject {
    const found = this.objects.get(path);
    if (found === undefined) throw new Error(`no object at ${path}; there are: ${[...this.objects.keys()].join(", ")}`);
    return found;
  }

  private async answer(request: IncomingMessage): Promise<Answer> {
    const url = new URL(request.url ?? "/", "http://fake");
    const text = await readBody(request);
    const body = (text === "" ? {} : JSON.parse(text)) as JsonObject;
    const seen = {
      method: request.method ?? "",
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      body,
    };
    this.requests.push(seen);
    return this.intercept(seen) ?? this.tryDiscover(seen.path) ?? this.operate(seen);
  }

  private tryDiscover(path: string): Answer | undefined {
    const versions = [...new Set(this.kinds.map(([apiVersion]) => apiVersion))];
    const grouped = versions.filter((apiVersion) => apiVersion !== "v1");
    if (path === "/apis")
      return [200, { groups: grouped.map((groupVersion) => ({ preferredVersion: { groupVersion } })) }];
    const version = versions.find((apiVersion) => path === (apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`));
    if (version === undefined) return undefined;
    const kinds = this.kinds.filter(([apiVersion]) => apiVersion === version);
    return [200, { resources: kinds.map(([, name, kind, namespaced]) => ({ name, kind, namespaced, verbs })) }];
  }

  private operate(seen: SeenRequest): Answer {
    const { method, path } = seen;
    if (path.endsWith("/finalize")) return this.finalize(path.replace(/\/finalize$/, ""), seen.body);
    const isCollection = this.kinds.some(([, plural]) => path.endsWith(`/${plural}`));
    const namespace = /\/namespaces\/[^/]+(?=\/)/.exec(path)?.[0];
    if (namespace !== undefined && !this.objects.has(`/api/v1${namespace}`))
      return failure(404, "NotFound", `namespaces "${namespace.slice("/namespaces/".length)}" not found`);
    if (isCollection) return this.operateOnCollection(seen);
    const live = this.objects.get(path);
    if (live === undefined) return failure(404, "NotFound", `${path} not found`);
    if (method === "GET") return [200, live];
    if (method === "DELETE") return this.remove(path, live);
    return method === "PUT" ? this.save(seen, seen.body) : this.patch(seen, live);
  }

  private operateOnCollection(seen: SeenRequest): Answer {
    const inside = [...this.objects.keys()].filter((path) => path.startsWith(`${seen.path}/`));
    if (seen.method === "GET") return [200, { items: inside.map((path) => this.at(path)) }];
    if (seen.method === "DELETE") {
      for (const path of inside) this.objects.delete(path);
      return [200, {}];
    }
    const path = `${seen.path}/${nameOf(seen.body)}`;
    if (this.objects.has(path)) return failure(409, "AlreadyExists", `${path} already exists`);
    const managedFields = [{ manager: seen.query.fieldManager ?? "", operation: "Update", fieldsV1: { "f:spec": {} } }];
    const finalizers: JsonObject = seen.body.kind === "Namespace" ? { spec: { finalizers: ["kubernetes"] } } : {};
    const created = withMetadata({ ...seen.body, ...finalizers }, { uid: `uid-${this.versions}`, managedFields });
    return this.save({ ...seen, path }, created, 201);
  }

  private patch(seen: SeenRequest, live: JsonObject): Answer {
    if (Array.isArray(seen.body)) {
      const [fields] = (seen.body as unknown as JsonObject[]).filter(({ path }) => path === "/metadata/managedFields");
      return this.save(seen, withMetadata(live, { managedFields: fields?.value ?? [] }));
    }
    const manager = seen.query.fieldManager ?? "";
    const managers = objectAt(live, "metadata").managedFields;
    const others = (Array.isArray(managers) ? managers.filter(isObject) : []).filter((one) => one.manager !== manager);
    if (others.length > 0 && seen.query.force !== "true")
      return failure(
        409,
        "Conflict",
        `Apply failed with 1 conflict: conflict with "${textAt(others[0] ?? {}, "manager")}"`,
      );
    return this.save(seen, merge(live, seen.body) as JsonObject);
  }

  private save(seen: SeenRequest, object: JsonObject, code = 200): Answer {
    const saved = withMetadata(object, { resourceVersion: String(++this.versions) });
    if (seen.query.dryRun === undefined) this.objects.set(seen.path, saved);
    return [code, saved];
  }

  private remove(path: string, live: JsonObject): Answer {
    const finalizers = objectAt(live, "spec").finalizers;
    if (live.kind === "Namespace" && Array.isArray(finalizers) && finalizers.length > 0) {
      this.objects.set(path, { ...withMetadata(live, { deletionTimestamp: "now" }), status: { phase: "Terminating" } });
    } else {
      this.objects.delete(path);
    }
    return [200, live];
  }

  private finalize(path: string, body: JsonObject): Answer {
    if (isObject(body.spec) && JSON.stringify(body.spec.finalizers) === "[]") this.objects.delete(path);
    return [200, body];
  }
}
