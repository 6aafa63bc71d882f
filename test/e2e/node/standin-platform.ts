import type { V1Pod } from "@kubernetes/client-node" with { "resolution-mode": "import" };
import { setTimeout as sleep } from "node:timers/promises";
import type { Installation } from "../../support/platform-standin/installation";
import { execute, type Outcome, type ProgramResult, type Send } from "../../support/platform-standin/execute";
import { renderNamespaces, renderWorkloads, type KubernetesObject } from "../../support/platform-standin/objects";
import type { DrawnRequest, Ground } from "../../support/platform-standin/request";
import { toWay, type ProgramRequest } from "../../support/platform-standin/way";
import { standinWorkloads, type Workload } from "../../support/platform-standin/workloads";
import type { Cluster } from "./cluster";
import { StandinOverlay, type OverlayPlace } from "./standin-overlay";

/** Where the program is in its image. */
export const programPath = "/platform-standin";

const readyLimit = 300_000;
const startedAtOnce = 8;
const goneLimit = 240_000;
const enforcementLimit = 300_000;

// Rules of Services and policies are written in rounds, which take a loaded node a while.
const pause = (attempt: number): Promise<void> => sleep(1_000 * 2 ** attempt);

/** What a cluster has besides the stand-ins. */
export interface Beside {
  /** Workloads that are there already, by their names. */
  readonly present?: readonly string[];
  /** The controller and the image of tunnelers. Undefined: nothing gets onto the overlay. */
  readonly overlay?: OverlayPlace;
  /** Where the ingress gateway answers: address and port. */
  readonly ingress?: string;
  /** Namespaces of others: they stay as they are, and stay. */
  readonly namespaces?: readonly string[];
}

/** The platform of the model on a cluster, as pods that answer and call. */
export class StandinPlatform {
  private readonly pods = new Map<Workload, V1Pod>();

  private constructor(
    private readonly cluster: Cluster,
    private readonly installation: Installation,
    /** The workloads that pods stand in for. */
    readonly workloads: readonly Workload[],
    private readonly objects: readonly KubernetesObject[],
    private readonly beside: Beside,
    private readonly overlay: StandinOverlay | undefined,
  ) {}

  /** Brings it up, pods of `image`; ends when the containers of every pod are ready, and every service is hosted. */
  static async start(cluster: Cluster, installation: Installation, image: string, beside: Beside = {}) {
    const workloads = standinWorkloads(installation.model, beside.present);
    const overlay = beside.overlay && (await StandinOverlay.register(beside.overlay, workloads));
    const objects = [...(overlay?.objects ?? []), ...renderWorkloads(workloads, image, overlay?.tunnelers)];
    const platform = new StandinPlatform(cluster, installation, workloads, objects, beside, overlay);
    try {
      await cluster.submit(platform.ownNamespaces());
      await platform.submit();
      await platform.find();
      await overlay?.hosted();
    } catch (error) {
      await platform.remove();
      throw error;
    }
    return platform;
  }

  /** Sends the requests that the ground carries, and compares. */
  async judge(requests: readonly DrawnRequest[], ground: Ground): Promise<Outcome> {
    const { model } = this.installation;
    const { ingress, present } = this.beside;
    const addresses = new Map(
      [...this.pods].flatMap(([{ name, beside = name, kind }, { status }]) =>
        status?.podIP !== undefined && (kind === "service" || kind === "store")
          ? [[beside, status.podIP] as const]
          : [],
      ),
    );
    const overlay = this.overlay?.surroundings;
    const surroundings = { model, workloads: this.workloads, addresses, ingress, present, overlay };
    const way = (request: DrawnRequest) => toWay(request, surroundings);
    return execute(requests, { ground, toWay: way, send: this.send, pause });
  }

  /** Waits until each of these requests is denied, which takes an engine of policies a while. Throws when it never is. */
  async untilDenied(requests: readonly DrawnRequest[], ground: Ground): Promise<void> {
    const end = Date.now() + enforcementLimit;
    for (;;) {
      const { disagreements } = await this.judge(requests, ground);
      if (disagreements.length === 0) return;
      if (Date.now() > end) {
        const [first] = disagreements;
        throw new Error(`policies are not enforced after ${enforcementLimit / 1000} s: ${first?.title}`);
      }
      await sleep(1_000);
    }
  }

  /** Takes the pods away that stand beside others: they are never ready, which is a fault to whatever looks at pods. */
  async removeBeside(): Promise<void> {
    const names = this.workloads.filter(({ beside }) => beside !== undefined).map(({ name }) => name);
    await this.cluster.remove(
      this.objects.filter(({ kind, metadata }) => kind === "Pod" && names.includes(metadata.name)),
    );
  }

  /** Takes it away, with its own namespaces, and from the controller what it registered. */
  async remove(): Promise<void> {
    await this.overlay?.remove();
    const own = this.ownNamespaces();
    const names = own.map(({ metadata }) => metadata.name);
    await this.cluster.remove(this.objects.filter(({ metadata }) => !names.includes(metadata.namespace ?? "")));
    await this.cluster.remove(own);
    await this.cluster.gone(goneLimit);
  }

  private ownNamespaces(): readonly KubernetesObject[] {
    const { namespaces = [] } = this.beside;
    return renderNamespaces(this.workloads).filter(({ metadata }) => !namespaces.includes(metadata.name));
  }

  // Fifty sidecars that start at once starve a small node until what runs there misses its probes and its leases.
  private async submit(): Promise<void> {
    const isPods = ({ kind }: KubernetesObject) => kind === "Pod" || kind === "Deployment";
    await this.cluster.submit(this.objects.filter((object) => !isPods(object)));
    const pods = this.objects.filter(isPods);
    for (let started = 0; started < pods.length; started += startedAtOnce) {
      await this.cluster.submit(pods.slice(started, started + startedAtOnce));
      await this.cluster.ready(Math.min(started + startedAtOnce, pods.length), readyLimit);
    }
  }

  private async find(): Promise<void> {
    const pods = await this.cluster.ready(this.workloads.length, readyLimit);
    for (const workload of this.workloads) {
      const { namespace, serviceAccount, labels } = workload;
      const pod = pods.find(({ metadata, spec }) => {
        const isSelected = Object.entries(labels).every(([key, value]) => metadata?.labels?.[key] === value);
        return metadata?.namespace === namespace && spec?.serviceAccountName === serviceAccount && isSelected;
      });
      if (pod === undefined) throw new Error(`no pod runs for ${workload.caller}`);
      this.pods.set(workload, pod);
    }
  }

  private readonly send: Send = async (sender, requests) => {
    const pod = this.pods.get(sender);
    if (pod === undefined) throw new Error(`no pod runs for ${sender.caller}`);
    const told = requests.map((request: ProgramRequest) => JSON.stringify(request));
    const output = await this.cluster.run(pod, "standin", [programPath, "call", ...told]);
    return output
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as ProgramResult);
  };
}
