import assert from "node:assert/strict";
import * as https from "node:https";
import { OpenApi } from "./openapi";

/** A controller to hold against the contract: where it is, whom it trusts, how the administrator logs in. */
export interface ContractTarget {
  /** `https://host:port`, without the base path. */
  url: string;
  ca: string;
  username: string;
  password: string;
}

/** An answer, its body parsed. */
export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: ReplyBody;
}

/** The envelopes of the API as far as the cases look at them. */
export interface ReplyBody {
  data: Json & Json[];
  meta: {
    pagination: { limit: number; offset: number; totalCount: number };
    apiVersion?: string;
    filterableFields: string[];
  };
  error: {
    code: string;
    requestId: string;
    message: string;
    cause: { field: string; reason: string; code: string; message: string };
  };
}

/** An object as the API shows it. */
export type Json = Record<string, unknown> & { id: string };

const basePath = "/edge/management/v1";

/** A logged-in caller of one controller, who removes at the end what was created through it. */
export class ContractApi {
  token?: string;
  private readonly created: string[] = [];
  private static counter = 0;

  constructor(
    readonly target: ContractTarget,
    private readonly openApi: OpenApi | undefined,
  ) {}

  /** A name nobody else uses. */
  name(stem: string): string {
    ContractApi.counter += 1;
    return `${stem}-${process.pid}-${ContractApi.counter}`;
  }

  /** Opens a session that later calls use. */
  async logIn(): Promise<Reply> {
    const { username, password } = this.target;
    const reply = await this.call("POST", "/authenticate?method=password", { username, password });
    assert.equal(reply.status, 200);
    this.token = String(reply.body.data.token);
    return reply;
  }

  /** One request below the base path. A text body is sent as it is. */
  async call(method: string, path: string, body?: unknown): Promise<Reply> {
    const reply = await this.send(method, `${basePath}${path}`, body);
    const target = path.split("?")[0]!;
    const problems = this.openApi?.responseProblems(method, target, reply.status, reply.body) ?? [];
    assert.deepEqual(problems, [], `${method} ${path} answered what the API description does not allow`);
    if (reply.status < 300 && typeof body === "object") {
      assert.deepEqual(
        this.openApi?.requestProblems(method, target, body) ?? [],
        [],
        `${method} ${path} was sent a wrong body`,
      );
    }
    if (method === "POST" && reply.status === 201) this.created.push(`${target}/${reply.body.data.id}`);
    return reply;
  }

  /** Creates an object and returns its id. */
  async create(collection: string, body: object): Promise<string> {
    const reply = await this.call("POST", `/${collection}`, body);
    assert.equal(reply.status, 201, JSON.stringify(reply.body));
    return reply.body.data.id;
  }

  /** Reads an object. */
  async read(collection: string, id: string): Promise<Json> {
    const reply = await this.call("GET", `/${collection}/${id}`);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return reply.body.data;
  }

  /** The objects a filter finds, at most 500. */
  async find(collection: string, filter: string): Promise<Json[]> {
    const reply = await this.call("GET", `/${collection}?limit=500&filter=${encodeURIComponent(filter)}`);
    assert.equal(reply.status, 200, JSON.stringify(reply.body));
    return reply.body.data;
  }

  /** Deletes what this caller created, newest first; what is gone already does not matter. */
  async cleanUp(): Promise<void> {
    for (const path of this.created.reverse()) {
      const { status } = await this.call("DELETE", path);
      assert.ok(status === 200 || status === 404, `DELETE ${path} answered ${status}`);
    }
  }

  /** One request with the whole path, not checked against anything. */
  async send(method: string, path: string, body?: unknown): Promise<Reply> {
    const text = body === undefined || typeof body === "string" ? body : JSON.stringify(body);
    const headers: Record<string, string> = { accept: "application/json" };
    if (text !== undefined) {
      headers["content-type"] = "application/json";
      headers["content-length"] = String(Buffer.byteLength(text));
    }
    if (this.token !== undefined) headers["zt-session"] = this.token;
    return new Promise((resolve, reject) => {
      const request = https.request(`${this.target.url}${path}`, { method, headers, ca: this.target.ca, agent: false });
      request.on("error", reject).on("response", (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk)).on("error", reject);
        response.on("end", () => {
          const received = Buffer.concat(chunks).toString("utf8");
          const parsed = received === "" ? undefined : (JSON.parse(received) as unknown);
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: parsed as ReplyBody });
        });
      });
      request.end(text);
    });
  }
}

/** Fails unless the reply is this error; with a field, unless the cause names it. */
export function assertError(reply: Reply, status: number, code: string, field?: string): void {
  assert.equal(`${reply.status} ${reply.body.error?.code}`, `${status} ${code}`, JSON.stringify(reply.body));
  if (field !== undefined) assert.equal(reply.body.error.cause?.field, field, JSON.stringify(reply.body));
}

/** One behaviour of the controller. The title completes "it …". */
export interface ContractCase {
  title: string;
  readonly run: (api: ContractApi) => Promise<void>;
}
