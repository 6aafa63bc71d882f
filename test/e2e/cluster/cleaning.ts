import { setTimeout as sleep } from "node:timers/promises";
import { mark } from "../../support/platform-standin/workloads";
import { succeeded, end } from "./case-cluster";
import type { Given } from "./given-cluster";

interface List<T> {
  readonly items: readonly T[];
}
interface Named {
  readonly metadata: { readonly name: string };
}
interface Volume extends Named {
  readonly spec: { readonly claimRef?: { readonly namespace?: string } };
}

const goneLimit = 300_000;

/** What a run puts into a cluster, found again by its prefix. */
export class RunTraces {
  constructor(private readonly given: Given) {}

  /** Everything of the run, one line each: namespaces, volumes of their claims, objects outside of namespaces. */
  async find(): Promise<readonly string[]> {
    const [namespaces, volumes, others] = await Promise.all([this.namespaces(), this.volumes(), this.others()]);
    return [...namespaces.map((name) => `namespace/${name}`), ...volumes.map((name) => `volume/${name}`), ...others];
  }

  /** Pods of the stand-in platform of another run: the cases would take them for their own. */
  async standins(): Promise<readonly string[]> {
    const [label = ""] = Object.entries(mark).map(([key, value]) => `${key}=${value}`);
    const text = await this.kubectl("get", "pods", "--all-namespaces", "--selector", label, "--output", "name");
    return text.split("\n").filter((line) => line !== "");
  }

  /** Removes the namespaces of the run; returns what is left when everything had its time. `limit` in milliseconds. */
  async remove(limit = goneLimit): Promise<readonly string[]> {
    const namespaces = await this.namespaces();
    if (namespaces.length > 0) await this.kubectl("delete", "namespace", "--wait=false", ...namespaces);
    for (const deadline = Date.now() + limit; ; await sleep(1_000)) {
      const left = await this.find();
      if (left.length === 0 || Date.now() > deadline) return left;
    }
  }

  private async namespaces(): Promise<readonly string[]> {
    const { items } = await this.read<Named>("namespaces");
    return items.map(({ metadata }) => metadata.name).filter((name) => this.isOwn(name));
  }

  private async volumes(): Promise<readonly string[]> {
    const { items } = await this.read<Volume>("persistentvolumes");
    return items.filter(({ spec }) => this.isOwn(spec.claimRef?.namespace ?? "")).map(({ metadata }) => metadata.name);
  }

  private async others(): Promise<readonly string[]> {
    const listed = await this.kubectl("api-resources", "--namespaced=false", "--verbs=list", "--output", "name");
    const kinds = listed.split("\n").filter((kind) => kind !== "" && kind !== "namespaces");
    const text = await this.kubectl("get", kinds.join(","), "--output", "name", "--ignore-not-found");
    return text.split("\n").filter((line) => line.includes(this.given.prefix));
  }

  private isOwn(namespace: string): boolean {
    return namespace.startsWith(`${this.given.prefix}-`);
  }

  private async read<T>(kind: string): Promise<List<T>> {
    return JSON.parse(await this.kubectl("get", kind, "--output", "json")) as List<T>;
  }

  private async kubectl(...args: readonly string[]): Promise<string> {
    const { kubectl, context, kubeconfig } = this.given;
    const env = { ...process.env, KUBECONFIG: kubeconfig };
    return succeeded(`kubectl ${args[0]}`, await end(kubectl, ["--context", context, ...args], { env }));
  }
}
