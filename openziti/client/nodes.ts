import { UnreachableError } from "./errors";
import { type Credential, Session } from "./session";
import { type Cluster, Transport } from "./transport";

/** One controller of a cluster, and the session with it: another controller would not know that session. */
export interface Node {
  readonly transport: Transport;
  readonly session: Session;
}

/** The controllers of one cluster. All requests go to one of them, until it cannot be reached: then to the next. */
export class Nodes {
  private readonly nodes: readonly Node[];
  private turn = 0;

  constructor({ urls, ...peer }: Cluster, credential: Credential) {
    this.nodes = urls.map((url) => {
      const transport = new Transport({ ...peer, url });
      return { transport, session: new Session(transport, credential) };
    });
  }

  /** The controller to ask now. */
  current(): Node {
    const node = this.nodes[this.turn % this.nodes.length];
    if (node === undefined) throw new TypeError("a client needs at least one address");
    return node;
  }

  /**
   * What to make of a request to `node` that failed with `error`: after a connection error the next controller takes over,
   * once for many callers. A name that does not resolve is no reason to give up while there are others.
   */
  afterFailure(node: Node, error: unknown): unknown {
    if (!(error instanceof UnreachableError) || this.nodes.length === 1) return error;
    if (this.current() === node) this.turn++;
    return new UnreachableError(
      node.transport.address,
      `${error.code}, of ${this.nodes.length} controllers`,
      error.message,
    );
  }

  /** Ends every session that was opened and closes all connections. Fails with the first failure, after all were tried. */
  async close(signal: AbortSignal): Promise<void> {
    const outcomes = await Promise.allSettled(this.nodes.map(({ session }) => session.close(signal)));
    for (const { transport } of this.nodes) transport.close();
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
}
