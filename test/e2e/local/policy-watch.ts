import { send } from "../../../local/platform/https";
import type { ApiAccess } from "../../../local/platform/kubeconfig";
import type { Manifest } from "../../../access/render/manifest";

/** Something that became of a NetworkPolicy, in the order in which the API server recorded it. */
export interface PolicyEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED";
  /** `namespace/name`. */
  readonly policy: string;
}

type Answer = Manifest & { readonly metadata: { readonly resourceVersion: string } };

const path = "/apis/networking.k8s.io/v1/networkpolicies";
const seconds = 2;

/** `namespace/name` of a policy. */
export function keyOf({ metadata }: Pick<Manifest, "metadata">): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Watches every NetworkPolicy of a cluster, in short turns one after the other, so that no event is lost between them. */
export class PolicyWatch {
  readonly events: PolicyEvent[] = [];
  private isOver = false;
  private readonly turns: Promise<void>;

  private constructor(
    private readonly api: ApiAccess,
    private version: string,
  ) {
    this.turns = this.run();
  }

  /** Begins with what happens next. */
  static async start(api: ApiAccess): Promise<PolicyWatch> {
    const { metadata } = JSON.parse(await read(api, path)) as Answer;
    return new PolicyWatch(api, metadata.resourceVersion);
  }

  /** The events of one kind, in order, once the last turn has ended. */
  async end(): Promise<readonly PolicyEvent[]> {
    this.isOver = true;
    await this.turns;
    // What happened until now is in one more turn.
    await this.turn();
    return this.events;
  }

  private async run(): Promise<void> {
    while (!this.isOver) await this.turn();
  }

  private async turn(): Promise<void> {
    const query = `watch=1&allowWatchBookmarks=true&timeoutSeconds=${seconds}&resourceVersion=${this.version}`;
    for (const line of (await read(this.api, `${path}?${query}`)).split("\n").filter((text) => text !== "")) {
      const { type, object } = JSON.parse(line) as { type: string; object: Answer };
      if (type === "ERROR") throw new Error(`the watch was ended: ${line}`);
      this.version = object.metadata.resourceVersion;
      if (type !== "BOOKMARK") this.events.push({ type: type as PolicyEvent["type"], policy: keyOf(object) });
    }
  }
}

/** Reads a path as the platform's administrator. Throws unless the answer is 200. */
export async function read({ url, authority, token }: ApiAccess, target: string): Promise<string> {
  const headers = { authorization: `Bearer ${token}` };
  const { status, body } = await send({ url: `${url}${target}`, authority, headers, timeout: 60_000 });
  if (status !== 200) throw new Error(`GET ${target}: ${status} ${body}`);
  return body;
}

/** `namespace/name` of every NetworkPolicy that the cluster holds, sorted. */
export async function policiesIn(api: ApiAccess): Promise<readonly string[]> {
  const { items } = JSON.parse(await read(api, path)) as { items: Manifest[] };
  return items.map(keyOf).sort();
}
