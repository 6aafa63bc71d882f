import { ApiError, ProtocolError, Refusal } from "./errors";
import { Answer } from "./transport";

/** An object of the controller, as its detail requests return it. */
export interface Entity {
  readonly id: string;
  /** Not there for objects that have none, such as authenticators. */
  readonly name: string;
  readonly tags?: Readonly<Record<string, unknown>> | null;
  readonly [property: string]: unknown;
}

interface ErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly requestId?: string;
    readonly cause?: Cause;
  };
}
type Cause = { readonly field?: string; readonly reason?: string; readonly message?: string };

/** What the controller said in an error answer; fields it left out are empty. */
export function refusalOf(answer: Answer): Refusal {
  const { code, message, requestId, cause } = ((answer.body ?? {}) as ErrorBody).error ?? {};
  const { field, reason = cause?.message } = cause ?? {};
  const { status, retryAfter } = answer;
  return { status, code: code ?? "", message: message ?? "", requestId, field, reason, retryAfter };
}

/** The typed error for an answer that is not a success; `operation` says what was being done, in words. */
export function toApiError(operation: string, answer: Answer): ApiError {
  return new ApiError(operation, refusalOf(answer));
}

/** `data` of a success, which must be there. */
export function dataOf<T>(operation: string, answer: Answer): T {
  const { data } = (answer.body ?? {}) as { data?: T };
  if (data === undefined)
    throw new ProtocolError(`${operation}: the answer has no "data". Is "url" really a controller?`);
  return data;
}

/** One page of a list, and how many objects there are in all. */
export function pageOf(
  operation: string,
  answer: Answer,
): { readonly entities: readonly Entity[]; readonly total: number } {
  const { meta } = (answer.body ?? {}) as { meta?: { pagination?: { totalCount?: number } } };
  const entities = dataOf<readonly Entity[]>(operation, answer);
  return { entities, total: meta?.pagination?.totalCount ?? entities.length };
}

/**
 * True when the object carries all of these tags. One without a name is found by what it is as a whole; the controller
 * (2.0.3) drops the tags such an object is created with, so none at all count as ours.
 */
export function isOwn({ name, tags }: Entity, ownTags: Readonly<Record<string, unknown>>): boolean {
  if (name === undefined && Object.keys(tags ?? {}).length === 0) return true;
  return Object.entries(ownTags).every(([key, value]) => tags?.[key] === value);
}
