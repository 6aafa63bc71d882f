import { setMaxListeners } from "node:events";
import { dataOf, Entity, isOwn, pageOf, refusalOf, toApiError } from "./envelope";
import { AuthenticationError, ClientError, ProtocolError } from "./errors";
import { all, equals } from "./filter";
import { Clock, defaultPatience, isTransient, Patience, systemClock, withRetries } from "./retry";
import { type Node, Nodes } from "./nodes";
import { Credential } from "./session";
import { Answer, Cluster, Endpoint, Exchange } from "./transport";

/** What the engine needs of a controller; a test hands in its own. Collections are paths such as `service-policies`. */
export interface Controller {
  /** The object with this id, or undefined. */
  tryGet(collection: string, id: string): Promise<Entity | undefined>;
  /** The object with exactly this name (or another key), or undefined. */
  tryFind(collection: string, key: Key): Promise<Entity | undefined>;
  /** Creates an object and returns its id. A key (by default the name) that is taken is an `ApiError`. */
  create(collection: string, body: NewEntity, key?: Key): Promise<string>;
  /** Changes exactly the given properties. */
  patch(collection: string, id: string, changes: Readonly<Record<string, unknown>>): Promise<void>;
  /** Writes the whole object anew: what the body leaves out is reset. */
  put(collection: string, id: string, body: Readonly<Record<string, unknown>>): Promise<void>;
  /** All objects of a collection, or those a filter matches, in the order of their ids. */
  list(collection: string, filter?: string): Promise<Entity[]>;
  /** The controller's own answer: may the identity dial and bind the service, and over which routers. By ids. */
  getPolicyAdvice(identityId: string, serviceId: string): Promise<Readonly<Record<string, unknown>>>;
  /** Does what a path stands for that is no object; doing it twice must be harmless. */
  perform(path: string, body?: Readonly<Record<string, unknown>>): Promise<void>;
  /** Deletes an object; one that is gone already is fine. */
  remove(collection: string, id: string): Promise<void>;
}

/** What an object is recognised by besides its id: symbols of the filter language, and the text each must have. */
export type Key = Readonly<Record<string, string>>;

/** The body of a create request. The tags tell our own object from another's after an answer was lost. */
export interface NewEntity {
  readonly name?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly [property: string]: unknown;
}

/** What a client may be given besides addresses and credential. Default: the machine's clock and 15 s of patience. */
export interface ClientOptions {
  readonly clock?: Clock;
  readonly patience?: Patience;
}

/** A controller of a cluster, as the others know it. */
export interface ClusterMember {
  readonly id: string;
  /** Whether the controller that was asked has a connection to it. */
  readonly connected: boolean;
  readonly voter: boolean;
}

const fabricBase = "/fabric/v1";
const pageSize = 500;
const logoutTimeoutMs = 1_000;

/** A session with one OpenZiti controller, or with one of a cluster. Nothing is sent before the first operation. */
export class ControllerClient implements Controller {
  private readonly nodes: Nodes;
  /** The time its waits go by. */
  readonly clock: Clock;
  private readonly patience: Patience;
  private readonly stop = new AbortController();

  constructor(cluster: Cluster, credential: Credential, { clock, patience }: ClientOptions = {}) {
    setMaxListeners(0, this.stop.signal); // every request under way listens to it
    this.clock = clock ?? systemClock;
    this.patience = patience ?? defaultPatience;
    this.nodes = new Nodes(cluster, credential);
  }

  async tryGet(collection: string, id: string): Promise<Entity | undefined> {
    const operation = `Reading ${collection}/${id}`;
    const answer = await this.repeat({ method: "GET", path: pathOf(collection, id) });
    if (answer.status === 404) return undefined;
    return dataOf<Entity>(operation, succeeded(operation, answer));
  }

  async tryFind(collection: string, key: Key): Promise<Entity | undefined> {
    return this.findIn(collection, key, (exchange) => this.repeat(exchange));
  }

  /** All objects of a collection, or those a filter matches: every page, in the order of their ids. */
  async list(collection: string, filter?: string): Promise<Entity[]> {
    const all: Entity[] = [];
    for (;;) {
      const exchange = listExchange(collection, all.length, filter);
      const { entities, total } = pageOf(
        `Listing ${collection}`,
        succeeded(`Listing ${collection}`, await this.repeat(exchange)),
      );
      all.push(...entities);
      if (all.length >= total) return all;
      if (entities.length === 0)
        throw new ProtocolError(`Listing ${collection}: got ${all.length} of ${total} objects.`);
    }
  }

  async getPolicyAdvice(identityId: string, serviceId: string): Promise<Readonly<Record<string, unknown>>> {
    const operation = `Asking for the policy advice on identities/${identityId} and services/${serviceId}`;
    const path = `${pathOf("identities", identityId)}/policy-advice/${encodeURIComponent(serviceId)}`;
    return dataOf(operation, succeeded(operation, await this.repeat({ method: "GET", path })));
  }

  async create(collection: string, body: NewEntity, key: Key = { name: body.name ?? "" }): Promise<string> {
    const operation = `Creating ${Object.values(key).join(" ")} in ${collection}`;
    const attempt = async (repetition: number) => {
      const own = repetition > 0 ? await this.tryFindOwn(collection, body, key) : undefined;
      if (own !== undefined) return own.id;
      const answer = await this.exchange({ method: "POST", path: `/${collection}`, body });
      return dataOf<{ id: string }>(operation, succeeded(operation, answer)).id;
    };
    return withRetries(attempt, this.clock, this.stop.signal, this.patience);
  }

  async patch(collection: string, id: string, changes: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await this.repeat({ method: "PATCH", path: pathOf(collection, id), body: changes });
    succeeded(`Changing ${Object.keys(changes).join(", ")} of ${collection}/${id}`, answer);
  }

  async put(collection: string, id: string, body: Readonly<Record<string, unknown>>): Promise<void> {
    const answer = await this.repeat({ method: "PUT", path: pathOf(collection, id), body });
    succeeded(`Writing ${collection}/${id}`, answer);
  }

  async perform(path: string, body?: Readonly<Record<string, unknown>>): Promise<void> {
    succeeded(`Performing ${path}`, await this.repeat({ method: "POST", path, body }));
  }

  /** One answer to a request within the session: the API works, and lets this identity in. */
  async ping(): Promise<void> {
    const answer = await this.exchange({ method: "GET", path: "/current-identity" });
    succeeded("Asking who this is", answer);
  }

  /** The controllers of the cluster. */
  async listMembers(): Promise<readonly ClusterMember[]> {
    const operation = "Listing the members of the cluster";
    const answer = await this.exchange({ method: "GET", base: fabricBase, path: "/cluster/list-members" });
    return dataOf(operation, succeeded(operation, answer));
  }

  /** Has a controller that runs without a cluster join this one; one that belongs to it already is fine. */
  async addMember(address: string): Promise<void> {
    const body = { address, isVoter: true };
    const answer = await this.exchange({ method: "POST", base: fabricBase, path: "/cluster/add-member", body });
    succeeded(`Adding ${address} to the cluster`, answer);
  }

  /** The ways to all controllers, in the order in which to try them: more than one in a cluster. */
  endpoints(): readonly Endpoint[] {
    return this.nodes.endpoints();
  }

  /** Waits; rejects with `CancelledError` as soon as the client is closed. */
  sleep(ms: number): Promise<void> {
    return this.clock.sleep(ms, this.stop.signal);
  }

  async remove(collection: string, id: string): Promise<void> {
    const answer = await this.repeat({ method: "DELETE", path: pathOf(collection, id) });
    if (answer.status !== 404) succeeded(`Deleting ${collection}/${id}`, answer);
  }

  /** Aborts what is under way, ends the session in the controller within a second, and closes all connections. */
  async close(): Promise<void> {
    this.stop.abort();
    try {
      await this.nodes.close(AbortSignal.timeout(logoutTimeoutMs));
    } catch (error) {
      if (!(error instanceof ClientError)) throw error; // a controller that is gone keeps no session
    }
  }

  /** An object under the new object's name that carries all of its tags: what a POST made whose answer was lost. */
  private async tryFindOwn(collection: string, { tags }: NewEntity, key: Key): Promise<Entity | undefined> {
    const found = await this.findIn(collection, key, (exchange) => this.exchange(exchange));
    return found !== undefined && isOwn(found, tags) ? found : undefined;
  }

  private async findIn(
    collection: string,
    key: Key,
    send: (exchange: Exchange) => Promise<Answer>,
  ): Promise<Entity | undefined> {
    const operation = `Looking up ${JSON.stringify(key)} in ${collection}`;
    const filter = all(Object.entries(key).map(([symbol, text]) => equals(symbol, text)));
    const { entities } = pageOf(operation, succeeded(operation, await send(listExchange(collection, 0, filter))));
    return entities.find(({ name }) => key["name"] === undefined || name === key["name"]);
  }

  private repeat(exchange: Exchange): Promise<Answer> {
    const attempt = async () => {
      const answer = await this.exchange(exchange);
      const error = toApiError(`${exchange.method} ${exchange.path.split("?")[0]}`, answer);
      if (isTransient(error)) throw error;
      return answer;
    };
    return withRetries(attempt, this.clock, this.stop.signal, this.patience);
  }

  /** One request within the session. An expired session is renewed once and the request, which was not executed, repeated. */
  private async exchange(exchange: Exchange): Promise<Answer> {
    const node = this.nodes.current();
    try {
      const answer = await this.exchangeWith(node, exchange);
      this.nodes.afterAnswer(node, answer);
      return answer;
    } catch (error) {
      throw this.nodes.afterFailure(node, error);
    }
  }

  private async exchangeWith({ transport, session }: Node, exchange: Exchange): Promise<Answer> {
    const { signal } = this.stop;
    for (let renewed = false; ; renewed = true) {
      const token = await session.token(signal);
      const answer = await transport.send({ ...exchange, headers: { "zt-session": token } }, signal);
      if (answer.status !== 401) return answer;
      if (renewed || refusalOf(answer).code === "INVALID_AUTH") {
        throw new AuthenticationError(
          `The controller at ${transport.address} refuses ${exchange.method} ${exchange.path.split("?")[0]} although ` +
            `the login succeeded: the identity must be an admin.`,
        );
      }
      await session.forget(token);
    }
  }
}

/** One page of a collection. The order is fixed, so that the pages of one list fit together. */
function listExchange(collection: string, offset: number, filter?: string): Exchange {
  const query = new URLSearchParams({ limit: String(pageSize), offset: String(offset), sort: "id" });
  if (filter !== undefined) query.set("filter", filter);
  return { method: "GET", path: `/${collection}?${query.toString()}` };
}

function pathOf(collection: string, id: string): string {
  return `/${collection}/${encodeURIComponent(id)}`;
}

function succeeded(operation: string, answer: Answer): Answer {
  if (answer.status < 200 || answer.status > 299) throw toApiError(operation, answer);
  return answer;
}
