import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { readFixture } from "./fixtures";

interface Stored {
  readonly labels?: Record<string, string>;
  data: Record<string, string>;
  version: number;
}

interface Patch {
  readonly metadata?: { readonly resourceVersion?: string };
  readonly data?: Readonly<Record<string, string | null>>;
}

const folder = "/api/v1/namespaces/kube-system/configmaps/";

/** An API server on loopback that keeps the ConfigMaps of kube-system: reads, merges, applies, deletes, and conflicts. */
export class ConfigMapServer {
  readonly stored = new Map<string, Stored>();
  /** Every request but reads, as `METHOD name type`. */
  readonly changes: string[] = [];
  /** Runs before the next change is looked at, once: what others do meanwhile. */
  meanwhile: (() => void) | undefined;
  /** Answers every request with this status. */
  refusal: number | undefined;
  private readonly server: https.Server;

  constructor() {
    const [cert, key] = [readFixture("tls/server.crt"), readFixture("tls/server.key")];
    this.server = https.createServer({ cert, key }, (request, response) => {
      this.answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
    });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** Puts a ConfigMap there, as others do. */
  put(name: string, data: Record<string, string>, labels?: Record<string, string>): void {
    this.stored.set(name, { labels, data, version: (this.stored.get(name)?.version ?? 0) + 1 });
  }

  /** What a ConfigMap holds; undefined when there is none. */
  data(name: string): Record<string, string> | undefined {
    return this.stored.get(name)?.data;
  }

  /** A kubeconfig for this server; JSON is YAML too. */
  kubeconfig(): string {
    const server = `https://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
    const authority = Buffer.from(readFixture("tls/ca.crt")).toString("base64");
    return JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", "current-context": "here" },
      contexts: [{ name: "here", context: { cluster: "fake", user: "me" } }],
      clusters: [{ name: "fake", cluster: { server, "certificate-authority-data": authority } }],
      users: [{ name: "me", user: { token: "kubernetes-token" } }],
    });
  }

  private async answer(request: http.IncomingMessage, response: http.ServerResponse): Promise<void> {
    const { method = "GET", headers } = request;
    const name = new URL(request.url ?? "", "https://here").pathname.slice(folder.length);
    const body = await text(request);
    const reply = (status: number, content: object) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(content));
    };
    if (this.refusal !== undefined) return reply(this.refusal, { kind: "Status", message: "refused" });
    if (method !== "GET") this.before(`${method} ${name} ${headers["content-type"] ?? ""}`.trim());
    const found = this.stored.get(name);
    const isApply = headers["content-type"] === "application/apply-patch+yaml";
    if (found === undefined && !isApply)
      return reply(404, { kind: "Status", message: `configmaps "${name}" not found` });
    if (method === "PATCH" && !this.patch(name, JSON.parse(body) as Patch)) return reply(409, { kind: "Status" });
    if (method === "DELETE") this.stored.delete(name);
    reply(200, this.shown(name));
  }

  private before(change: string): void {
    this.changes.push(change);
    const { meanwhile } = this;
    this.meanwhile = undefined;
    meanwhile?.();
  }

  private patch(name: string, { metadata, data = {} }: Patch): boolean {
    const found = this.stored.get(name) ?? { data: {}, version: 0 };
    if (metadata?.resourceVersion !== undefined && metadata.resourceVersion !== String(found.version)) return false;
    const merged = Object.entries({ ...found.data, ...data }).filter(([, value]) => value !== null);
    this.stored.set(name, {
      ...found,
      data: Object.fromEntries(merged) as Record<string, string>,
      version: found.version + 1,
    });
    return true;
  }

  private shown(name: string): object {
    const { data, labels, version } = this.stored.get(name) ?? { data: {}, version: 0 };
    return { metadata: { name, labels, resourceVersion: String(version) }, data };
  }
}
