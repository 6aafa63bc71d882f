import type { Kind, Renewal } from "../kinds/kind";
import type { Properties } from "../values";
import { type Detail, toState } from "./translate";

/** How long a token that is issued anew may be used, in milliseconds: what the controller gives by itself. */
const tokenLifeMs = 180 * 60_000;

/** True when the object's one-time token, as last seen, ran out without having been used. */
export function isTokenExpired(kind: Kind, state: Properties, now: number): boolean {
  if (kind.token === undefined || state[kind.token.usedOutput] === true) return false;
  const { enrollmentExpiresAt } = state;
  return typeof enrollmentExpiresAt === "string" && Date.parse(enrollmentExpiresAt) < now;
}

/** True when who used the token, by what the program says now, is gone. Nothing declared says nothing. */
export function isBearerGone(kind: Kind, olds: Properties, news: Properties): boolean {
  const field = kind.token?.bearer?.field;
  if (field === undefined) return false;
  const now = news[field] ?? "";
  return now !== "" && now !== (olds[field] ?? "");
}

/** The request that issues a token anew, where the object needs one. */
export function tryFindRenewal(
  kind: Kind,
  detail: Detail,
  olds: Properties,
  news: Properties,
  now: number,
): Renewal | undefined {
  if (isBearerGone(kind, olds, news)) return kind.token?.bearer?.renewal(detail);
  if (!isTokenExpired(kind, toState(kind, {}, detail), now)) return undefined;
  return kind.token?.renewal(detail, new Date(now + tokenLifeMs).toISOString());
}
