import type { KubeConfig } from "@kubernetes/client-node" with { "resolution-mode": "import" };
import { setMaxListeners } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import { text } from "node:stream/consumers";
import type { Permission, Reading } from "./reading";

/** Objects per answer of a list. */
const pageSize = 500;
/** Milliseconds for one answer: one slow list does not use up the time of all. */
const answerLimit = 10_000;

/** A kubeconfig that cannot be used; the message says why, and names what can. */
export class KubeconfigError extends Error {}

/** Which cluster, and as whom. Default: KUBECONFIG, then ~/.kube/config, then the pod's own account. */
export interface ClusterChoice {
  /** Path of a kubeconfig. */
  readonly file?: string;
  /** Content of a kubeconfig, when there is no file. */
  readonly content?: string;
  readonly context?: string;
}

/** The chosen kubeconfig. What a parser says is never repeated: it quotes the content. Throws KubeconfigError. */
export async function loadKubeConfig({ file, content, context }: ClusterChoice): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node"); // heavy: only for commands that ask a cluster
  const config = new KubeConfig();
  try {
    if (file !== undefined) config.loadFromFile(file);
    else if (content !== undefined) config.loadFromString(content);
    else config.loadFromDefault();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "it is not valid";
    throw new KubeconfigError(`the kubeconfig cannot be used (${code}). Check it with: kubectl config view`);
  }
  const known = config.getContexts().map(({ name }) => name);
  if (context !== undefined && !known.includes(context)) {
    const names = known.join(", ") || "none";
    throw new KubeconfigError(`--context: the kubeconfig has no context "${context}". It has: ${names}.`);
  }
  if (context !== undefined) config.setCurrentContext(context);
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new KubeconfigError("the kubeconfig has no current context. Name one with --context.");
  // Without any kubeconfig the library falls back to plain HTTP on this machine.
  if (cluster.server.startsWith("http:") && !cluster.skipTLSVerify) {
    throw new KubeconfigError(
      `no kubeconfig names a server with https (found ${cluster.server}). Give one: --kubeconfig.`,
    );
  }
  return config;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Page<T> {
  readonly items?: readonly T[];
  readonly metadata?: { readonly continue?: string };
}

/** Reads from an API server and changes nothing. Every failure is an answer; nothing is thrown for it. */
export class ApiServer {
  /** Base address, without a slash at the end. */
  readonly address: string;
  // Asked for once: a credential plugin is a program that is run.
  private credentials?: Promise<https.RequestOptions>;

  constructor(
    private readonly config: KubeConfig,
    private readonly signal: AbortSignal,
  ) {
    setMaxListeners(0, signal); // one listener per request, and all requests run at once
    this.address = (config.getCurrentCluster()?.server ?? "").replace(/\/+$/, "");
  }

  /** One object; undefined when there is none. `permission` is what a refusal is reported as. */
  async get<T>(path: string, permission: Permission): Promise<Reading<T | undefined>> {
    const reading = await this.getText(path, permission);
    if (!("value" in reading) || reading.value === undefined) return reading as Reading<undefined>;
    try {
      return { value: JSON.parse(reading.value) as T };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return { reason: `the API server answered GET ${path} with something that is not JSON` };
    }
  }

  /** What is no object, such as a container's log; undefined when there is none. */
  async getText(path: string, permission: Permission): Promise<Reading<string | undefined>> {
    const answer = await this.ask(path);
    if ("reason" in answer) return answer;
    if (answer.status === 404) return { value: undefined };
    if (answer.status === 403) return { lacks: permission };
    if (answer.status === 200) return { value: answer.body };
    return { reason: `the API server answered GET ${path} with ${answer.status}` };
  }

  /** Every object of a list, page by page; empty when the kind or the namespace does not exist. */
  async list<T>(
    path: string,
    permission: Permission,
    query: Record<string, string> = {},
  ): Promise<Reading<readonly T[]>> {
    const items: T[] = [];
    for (let next = ""; ;) {
      const parameters = { ...query, limit: String(pageSize), ...(next === "" ? {} : { continue: next }) };
      const page = await this.get<Page<T>>(`${path}?${new URLSearchParams(parameters).toString()}`, permission);
      if (!("value" in page)) return page;
      items.push(...(page.value?.items ?? []));
      next = page.value?.metadata?.continue ?? "";
      if (next === "") return { value: items };
    }
  }

  private async ask(path: string): Promise<Answer | { readonly reason: string }> {
    try {
      this.credentials ??= this.loadCredentials();
      return await this.send(path, await this.credentials);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (this.signal.aborted || error.name === "AbortError") {
        return { reason: `${this.address} did not answer in time` };
      }
      // Only the code: the message of a credential plugin may hold what it was given.
      return { reason: `${this.address} cannot be reached (${"code" in error ? String(error.code) : error.name})` };
    }
  }

  private async loadCredentials(): Promise<https.RequestOptions> {
    const options: https.RequestOptions = { headers: { accept: "application/json" } };
    await this.config.applyToHTTPSOptions(options);
    return { ...options, rejectUnauthorized: options.rejectUnauthorized ?? true };
  }

  private send(path: string, options: https.RequestOptions): Promise<Answer> {
    const { get } = this.address.startsWith("http:") ? http : https;
    return new Promise((resolve, reject) => {
      const signal = AbortSignal.any([this.signal, AbortSignal.timeout(answerLimit)]);
      const request = get(this.address + path, { ...options, signal }, (response) => {
        text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
      });
      request.once("error", reject);
    });
  }
}
