import { AuthenticationError, ProtocolError } from "./errors";
import { refusalOf, toApiError } from "./envelope";
import { Answer, Transport } from "./transport";

/** A password, or the client certificate the transport already carries. */
export type Credential =
  { readonly method: "cert" } | { readonly method: "password"; readonly username: string; readonly password: string };

/**
 * One API session, opened by the first request that needs it and shared by all. A refused credential is remembered and
 * never tried again: every further attempt counts towards the account's lock-out.
 */
export class Session {
  private login?: Promise<string>;

  constructor(
    private readonly transport: Transport,
    private readonly credential: Credential,
  ) {}

  /** The current token; logs in when there is none. Concurrent callers share one login; repeating it is up to them. */
  token(signal: AbortSignal): Promise<string> {
    this.login ??= this.open(signal);
    return this.login;
  }

  /** Forgets `token` if it is still the current one, so that many callers who saw it expire cause one login. */
  async forget(token: string): Promise<void> {
    const current = this.login;
    if (current !== undefined && (await current) === token && this.login === current) this.login = undefined;
  }

  /** Ends the session in the controller. Does nothing when none was opened or the login failed. */
  async close(signal: AbortSignal): Promise<void> {
    const login = this.login;
    this.login = undefined;
    const opened =
      login &&
      (await login.then(
        (token) => ({ token }),
        () => undefined,
      )); // whoever asked saw the failure
    if (opened === undefined) return;
    const headers = { "zt-session": opened.token };
    await this.transport.send({ method: "DELETE", path: "/current-api-session", headers }, signal);
  }

  private async open(signal: AbortSignal): Promise<string> {
    try {
      return await this.authenticate(signal);
    } catch (error) {
      if (!(error instanceof AuthenticationError)) this.login = undefined;
      throw error;
    }
  }

  private async authenticate(signal: AbortSignal): Promise<string> {
    const { method } = this.credential;
    const body =
      this.credential.method === "cert"
        ? {}
        : { username: this.credential.username, password: this.credential.password };
    const answer = await this.transport.send({ method: "POST", path: `/authenticate?method=${method}`, body }, signal);
    if (answer.status === 200) return this.tokenOf(answer);
    if (answer.status === 400 || answer.status === 401) throw this.refused(answer);
    throw toApiError("Logging in", answer);
  }

  private tokenOf(answer: Answer): string {
    const { data } = (answer.body ?? {}) as { data?: { token?: unknown; authQueries?: unknown } };
    if (typeof data?.token !== "string")
      throw new ProtocolError(`${this.transport.address} answered a login without a token.`);
    if (Array.isArray(data.authQueries) && data.authQueries.length > 0) {
      throw new AuthenticationError(
        `The controller at ${this.transport.address} asks this identity for a second factor, which a program cannot ` +
          `give. Use an admin identity without one.`,
      );
    }
    return data.token;
  }

  private refused(answer: Answer): AuthenticationError {
    const { code } = refusalOf(answer);
    const credential =
      this.credential.method === "password"
        ? `user name and password: check "username" (${this.credential.username}) and "password"`
        : `client certificate: "cert" must be enrolled for an identity of this controller`;
    return new AuthenticationError(
      `The controller at ${this.transport.address} does not accept (${code || answer.status}) the ${credential}. ` +
        `The login is not repeated, so that the account is not locked.`,
    );
  }
}
