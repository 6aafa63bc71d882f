import type { CoreV1Api, Exec, KubeConfig, V1Pod, V1Status } from "@kubernetes/client-node" with {
  "resolution-mode": "import",
};
import * as https from "node:https";
import { text } from "node:stream/consumers";
import { Writable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { loadKubeConfig } from "../../../kubernetes/api-server";
import { pathOf } from "../../support/installation/objects";
import type { Manifest } from "../../../access/render/manifest";
import type { KubernetesObject } from "../../support/platform-standin/objects";
import { mark } from "../../support/platform-standin/workloads";

const sideBySide = 6;
const fieldManager = "platform-standin";
const commandLimit = 120_000;

/** Runs a task for each item, some at a time. Ends with the first failure. */
async function forEach<T>(items: readonly T[], task: (item: T) => Promise<unknown>): Promise<void> {
  const rest = [...items];
  const worker = async (): Promise<void> => {
    for (let item = rest.shift(); item !== undefined; item = rest.shift()) await task(item);
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
}

// Some pods are kept out of their Services, and so are never ready as a whole.
function isReady({ status }: V1Pod): boolean {
  return (status?.conditions ?? []).some(({ type, status: state }) => type === "ContainersReady" && state === "True");
}

// What the pod itself says comes before what its conditions say.
function reasonOf({ metadata, status }: V1Pod): string {
  const states = [...(status?.initContainerStatuses ?? []), ...(status?.containerStatuses ?? [])].map(({ state }) => {
    return state?.waiting ?? state?.terminated;
  });
  const told = states.find((state) => state !== undefined);
  const condition = status?.conditions?.find(({ status: state }) => state !== "True");
  const reason = told === undefined ? (condition?.message ?? status?.phase) : `${told.reason}: ${told.message ?? ""}`;
  return `${metadata?.namespace}/${metadata?.name}: ${reason}`;
}

/** A cluster as tests use it: objects are applied, pods run commands. It is the one that a kubeconfig names. */
export class Cluster {
  private constructor(
    private readonly config: KubeConfig,
    private readonly core: CoreV1Api,
    private readonly executor: Exec,
  ) {}

  /** `kubeconfig` is a path; its current context unless another is named. Throws when it cannot be used. */
  static async open(kubeconfig: string, context?: string): Promise<Cluster> {
    const client = await import("@kubernetes/client-node");
    const config = await loadKubeConfig({ file: kubeconfig, context });
    return new Cluster(config, config.makeApiClient(client.CoreV1Api), new client.Exec(config));
  }

  /** Gives objects to the API server, kind after kind in their order; throws with the server's reason when it refuses one. */
  async submit(objects: readonly (KubernetesObject | Manifest)[]): Promise<void> {
    const query = new URLSearchParams({ fieldManager, force: "true" }).toString();
    for (const kind of new Set(objects.map((object) => object.kind))) {
      const own = objects.filter((object) => object.kind === kind);
      await forEach(own, (object) => this.send("PATCH", `${pathOf(object)}?${query}`, object));
    }
  }

  /** Removes objects, and whatever depends on them. What is not there is no error. */
  async remove(objects: readonly (KubernetesObject | Manifest)[]): Promise<void> {
    await forEach(objects, (object) => this.send("DELETE", `${pathOf(object)}?propagationPolicy=Background`));
  }

  // The client's own types rename `from` of a NetworkPolicy and drop what is called so: objects go out as they are.
  private async send(method: "PATCH" | "DELETE", path: string, body?: object): Promise<void> {
    const server = this.config.getCurrentCluster()?.server ?? "";
    const headers = { accept: "application/json", ...(body && { "content-type": "application/apply-patch+yaml" }) };
    const options: https.RequestOptions = { method, headers };
    await this.config.applyToHTTPSOptions(options);
    const [status, answer] = await new Promise<[number, string]>((resolve, reject) => {
      const request = https.request(`${server}${path}`, options, (response) => {
        text(response).then((said) => resolve([response.statusCode ?? 0, said]), reject);
      });
      request.once("error", reject);
      request.end(body && JSON.stringify(body));
    });
    if (status < 300 || (method === "DELETE" && status === 404)) return;
    throw new Error(`${method} ${path}: ${status} ${answer}`);
  }

  /** The pods of the stand-in platform. */
  async pods(): Promise<readonly V1Pod[]> {
    const labelSelector = Object.entries(mark).map(([key, value]) => `${key}=${value}`);
    return (await this.core.listPodForAllNamespaces({ labelSelector: labelSelector.join(",") })).items;
  }

  /** Waits until the containers of `count` pods are ready, and returns those pods. Throws with the reasons of those that are not. `limit` in ms. */
  async ready(count: number, limit: number): Promise<readonly V1Pod[]> {
    const end = Date.now() + limit;
    for (;;) {
      const pods = await this.pods();
      const ready = pods.filter(isReady);
      if (ready.length >= count) return ready;
      if (Date.now() > end) {
        const reasons = pods.filter((pod) => !isReady(pod)).map(reasonOf);
        throw new Error(`${ready.length} of ${count} pods are ready after ${limit / 1000} s\n${reasons.join("\n")}`);
      }
      await sleep(500);
    }
  }

  /** Waits until no pod of the stand-in platform is left. Throws when some are after `limit` ms. */
  async gone(limit: number): Promise<void> {
    const end = Date.now() + limit;
    for (let left = await this.pods(); left.length > 0; left = await this.pods()) {
      if (Date.now() > end) throw new Error(`still there after ${limit / 1000} s:\n${left.map(reasonOf).join("\n")}`);
      await sleep(500);
    }
  }

  /** Runs a command in a container, and returns what it wrote. Throws with what it wrote to the other stream. */
  async run({ metadata }: V1Pod, container: string, command: readonly string[]): Promise<string> {
    const { namespace = "", name = "" } = metadata ?? {};
    const [out, errors] = [new Text(), new Text()];
    const ended = await new Promise<V1Status>((resolve, reject) => {
      const fail = (reason: string) => reject(new Error(`${namespace}/${name}: ${reason}`));
      const timer = setTimeout(() => fail(`no end after ${commandLimit / 1000} s`), commandLimit);
      let status: V1Status | undefined;
      const keep = (told: V1Status): void => void (status = told);
      const opened = this.executor.exec(namespace, name, container, [...command], out, errors, null, false, keep);
      // The status has a stream of its own, and may overtake what the command wrote: all has come once the connection ends.
      opened.then((socket) => {
        socket.onclose = () => {
          clearTimeout(timer);
          if (status === undefined) fail("the connection ended early");
          else resolve(status);
        };
      }, reject);
    });
    if (ended.status !== "Success") throw new Error(`${namespace}/${name}: ${ended.message}\n${errors.text}`);
    return out.text;
  }
}

class Text extends Writable {
  private readonly chunks: Buffer[] = [];

  get text(): string {
    return Buffer.concat(this.chunks).toString("utf8");
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.chunks.push(chunk);
    done();
  }
}
