import type { Kind } from "../kinds/kind";
import type { Properties } from "../values";

/** How long a token that is issued anew may be used, in milliseconds: what the controller gives by itself. */
export const tokenLifeMs = 180 * 60_000;

/** True when the object's one-time token, as last seen, ran out without having been used. */
export function isTokenExpired(kind: Kind, state: Properties, now: number): boolean {
  if (kind.token === undefined || state[kind.token.usedOutput] === true) return false;
  const { enrollmentExpiresAt } = state;
  return typeof enrollmentExpiresAt === "string" && Date.parse(enrollmentExpiresAt) < now;
}
