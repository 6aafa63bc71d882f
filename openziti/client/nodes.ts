import { type ClientError, UnreachableError } from "./errors";
import { isOfMember, noMember } from "./members";
import { unavailableStatus } from "./retry";
import { type Credential, Session } from "./session";
import { type Answer, type Cluster, type Endpoint, endpointsOf, Transport } from "./transport";

/** One controller of a cluster, and the session with it: another controller would not know that session. */
export interface Node {
  readonly endpoint: Endpoint;
  readonly transport: Transport;
  readonly session: Session;
}

/**
 * The controllers of one cluster. All requests go to one of them, until it gives no answer or cannot work: then to the next.
 * Any of them takes a change, and hands it to the one that leads.
 */
export class Nodes {
  private readonly nodes: readonly Node[];
  /** Why those did not answer that were asked since one of them did. */
  private readonly failures = new Map<Node, ClientError>();
  private turn = 0;

  constructor(cluster: Cluster, credential: Credential) {
    this.nodes = endpointsOf(cluster).map((endpoint) => {
      const transport = new Transport(endpoint);
      return { endpoint, transport, session: new Session(transport, credential) };
    });
  }

  /** The controller to ask now. */
  current(): Node {
    const node = this.nodes[this.turn % this.nodes.length];
    if (node === undefined) throw new TypeError("a client needs at least one address");
    return node;
  }

  /** The ways to all controllers, in the order in which to try them: the one that is asked now comes first. */
  endpoints(): readonly Endpoint[] {
    const first = this.turn % this.nodes.length;
    return [...this.nodes.slice(first), ...this.nodes.slice(0, first)].map(({ endpoint }) => endpoint);
  }

  /** Takes note of an answer of `node`. One that says it cannot work, as without a leader, makes the next take over. */
  afterAnswer(node: Node, { status }: Answer): void {
    this.failures.clear();
    if (status === unavailableStatus) this.passOver(node);
  }

  /**
   * What to make of a request to `node` that failed with `error`: where it gave no answer the next controller takes over,
   * once for many callers. When none answered since the last answer, the error names each with its reason.
   */
  afterFailure(node: Node, error: unknown): unknown {
    if (this.nodes.length === 1 || !isOfMember(error)) return error;
    this.failures.set(node, error);
    this.passOver(node);
    if (this.failures.size === this.nodes.length) {
      return noMember([...this.failures].map(([{ transport }, failure]) => [transport.address, failure]));
    }
    const code = "code" in error ? String(error.code) : error.name;
    return new UnreachableError(node.transport.address, `${code}, of ${this.nodes.length} controllers`, error.message);
  }

  /** Ends every session that was opened and closes all connections. Fails with the first failure, after all were tried. */
  async close(signal: AbortSignal): Promise<void> {
    const outcomes = await Promise.allSettled(this.nodes.map(({ session }) => session.close(signal)));
    for (const { transport } of this.nodes) transport.close();
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }

  private passOver(node: Node): void {
    if (this.current() === node) this.turn++;
  }
}
