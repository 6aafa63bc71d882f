import { enroll } from "../../openziti/client/enrollment";
import type { Entity } from "../../openziti/client/envelope";
import { dataOf, pageOf, toApiError } from "../../openziti/client/envelope";
import { AuthenticationError } from "../../openziti/client/errors";
import { equals } from "../../openziti/client/filter";
import { askFirst } from "../../openziti/client/members";
import { type Credential, Session } from "../../openziti/client/session";
import {
  type Answer,
  type Cluster,
  type Endpoint,
  endpointsOf,
  type Exchange,
  Transport,
} from "../../openziti/client/transport";
import { type AdminCredential, toLogIn } from "./credential";
import type { Previous } from "./journal";

/** The controller as a rotation uses it; a test hands in one that counts and interrupts. */
export interface Controller {
  /** A session of the credential's owner; undefined when the controller refuses the credential. */
  tryLogIn(cluster: Cluster, credential: AdminCredential): Promise<Administrator | undefined>;
  /** Trades a one-time token (JWT) for a certificate chain (PEM). */
  enroll(cluster: Cluster, token: string, request: string): Promise<string>;
}

/** Tags that tell the identities rotations made from everybody else's. */
export type RotationTags = Readonly<Record<string, string>>;

/** The controller, over HTTPS: of a cluster the first that answers. Errors are those of the client. */
export const controllerOverHttps: Controller = {
  async tryLogIn(given, adminCredential) {
    const { cluster, credential } = toLogIn(given, adminCredential);
    return askFirst(endpointsOf(cluster), (endpoint) => tryLogInAt(endpoint, credential));
  },
  enroll: (cluster, token, request) => enroll(endpointsOf(cluster), token, request),
};

async function tryLogInAt(endpoint: Endpoint, credential: Credential): Promise<Administrator | undefined> {
  const transport = new Transport(endpoint);
  const session = new Session(transport, credential);
  try {
    await session.token(never);
    return new Administrator(transport, session);
  } catch (error) {
    transport.close();
    if (error instanceof AuthenticationError) return undefined;
    throw error;
  }
}

const never = new AbortController().signal;

/** A logged-in administrator: what a rotation reads and changes, one request each. */
export class Administrator {
  constructor(
    private readonly transport: Transport,
    private readonly session: Session,
  ) {}

  /** Who is logged in, and with what. */
  async whoAmI(tags: RotationTags): Promise<Previous & { readonly isAdmin: boolean }> {
    const identity = await this.read("/current-identity");
    const { authenticatorId } = await this.read("/current-api-session");
    return {
      identityId: identity.id,
      name: identity.name,
      authenticatorId: String(authenticatorId),
      isOurs: Object.entries(tags).every(([tag, value]) => identity.tags?.[tag] === value),
      isDefaultAdmin: identity["isDefaultAdmin"] === true,
      isAdmin: identity["isAdmin"] === true,
    };
  }

  /** The identity of this name, or undefined. */
  async tryFind(name: string): Promise<Entity | undefined> {
    const path = `/identities?${new URLSearchParams({ filter: equals("name", name) }).toString()}`;
    return pageOf("Looking for the new identity", await this.send({ method: "GET", path })).entities[0];
  }

  /** Makes an administrator that logs in with what is attached later, or with a certificate (`ott`). Returns its id. */
  async createIdentity(name: string, tags: RotationTags, ott: boolean): Promise<string> {
    const enrollment = ott ? { enrollment: { ott: true } } : {};
    const body = { name, type: "Default", isAdmin: true, tags, ...enrollment };
    return dataOf<{ id: string }>("Creating", await this.send({ method: "POST", path: "/identities", body })).id;
  }

  /** The one-time token (JWT) of an identity that was made to enroll. */
  async enrollmentToken(identityId: string): Promise<string> {
    const { enrollment } = await this.read(`/identities/${identityId}`);
    return (enrollment as { ott: { jwt: string } }).ott.jwt;
  }

  /** True when the identity has a user name and a password. */
  async hasPassword(identityId: string): Promise<boolean> {
    const answer = await this.send({ method: "GET", path: `/identities/${identityId}/authenticators` });
    return pageOf("Reading authenticators", answer).entities.some(({ method }) => method === "updb");
  }

  /** Gives the identity a user name and a password. */
  async attachPassword(identityId: string, username: string, password: string): Promise<void> {
    const body = { method: "updb", identityId, username, password };
    await this.send({ method: "POST", path: "/authenticators", body });
  }

  /** Deletes an object; one that is gone is fine. */
  async remove(collection: "identities" | "authenticators", id: string): Promise<void> {
    await this.send({ method: "DELETE", path: `/${collection}/${encodeURIComponent(id)}` }, [404]);
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await this.session.close(never);
    this.transport.close();
  }

  private async read(path: string): Promise<Entity> {
    return dataOf<Entity>(`Reading ${path}`, await this.send({ method: "GET", path }));
  }

  private async send(exchange: Exchange, alsoFine: readonly number[] = []): Promise<Answer> {
    const headers = { "zt-session": await this.session.token(never) };
    const answer = await this.transport.send({ ...exchange, headers }, never);
    if (answer.status < 300 || alsoFine.includes(answer.status)) return answer;
    throw toApiError(`${exchange.method} ${exchange.path.split("?")[0]}`, answer);
  }
}
