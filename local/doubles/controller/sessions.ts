import { randomUUID } from "node:crypto";
import { newId } from "./store";

/** Seconds a session lives after its last use. */
export const sessionSeconds = 1800;

/** A logged-in caller. */
export interface Session {
  id: string;
  token: string;
  identityId: string;
  authenticatorId: string;
  createdAt: Date;
  lastActivityAt: Date;
}

/** The sessions of one controller; they live in memory and end with it. */
export class Sessions {
  private readonly byToken = new Map<string, Session>();

  /** Opens a session for an identity. */
  open(identityId: string, authenticatorId: string): Session {
    const now = new Date();
    const session = {
      id: newId(),
      token: randomUUID(),
      identityId,
      authenticatorId,
      createdAt: now,
      lastActivityAt: now,
    };
    this.byToken.set(session.token, session);
    return session;
  }

  /** The session of a token, its lifetime renewed; undefined when it is unknown or over. */
  tryUse(token: string | undefined): Session | undefined {
    const session = token === undefined ? undefined : this.byToken.get(token);
    if (session === undefined) return undefined;
    if (Date.now() - session.lastActivityAt.getTime() > sessionSeconds * 1000) {
      this.byToken.delete(session.token);
      return undefined;
    }
    session.lastActivityAt = new Date();
    return session;
  }

  /** True while the identity has a session. */
  hasSession(identityId: string): boolean {
    return [...this.byToken.values()].some((session) => session.identityId === identityId);
  }

  /** Ends one session. */
  close(token: string): void {
    this.byToken.delete(token);
  }

  /** Ends the sessions of one identity. */
  closeOf(identityId: string): void {
    for (const { token, identityId: owner } of this.byToken.values()) if (owner === identityId) this.close(token);
  }

  /** Ends every session, as a restarted controller does. */
  closeAll(): void {
    this.byToken.clear();
  }
}
