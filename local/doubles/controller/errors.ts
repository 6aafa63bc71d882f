/** What an error answer says about its reason: a field, or a nested error. */
export type Cause =
  { field: string; reason: string; value: string } | { code: string; message: string } | { message: string };

// code -> HTTP status and message of the Edge Management API.
const table = {
  CAN_NOT_DELETE_REFERENCED_ENTITY: [409, "The entity is referenced by another one and cannot be deleted"],
  COULD_NOT_PARSE_BODY: [400, "The body of the request could not be parsed"],
  COULD_NOT_VALIDATE: [400, "The request does not pass validation, see cause"],
  ENROLLMENT_EXISTS: [409, "The identity already has an enrollment of this method"],
  ENTITY_CAN_NOT_BE_DELETED: [400, "The entity cannot be deleted"],
  ENTITY_CAN_NOT_BE_UPDATED: [400, "The entity cannot be updated"],
  INVALID_AUTH: [401, "The authentication request failed"],
  INVALID_FIELD: [400, "The field has an invalid value"],
  INVALID_FILTER: [400, "The filter is not valid"],
  INVALID_SORT_IDENTIFIER: [400, "The sort order is not valid"],
  MAX_AUTHENTICATOR_METHODS_REACHED: [409, "The identity already has an authenticator of this method"],
  METHOD_NOT_ALLOWED: [405, "The resource does not support this method"],
  NOT_FOUND: [404, "The resource was not found or is not accessible"],
  RATE_LIMITED: [429, "The controller is handling as many requests as it accepts"],
  SERVER_TOO_MANY_REQUESTS: [429, "Too many requests, try again later"],
  SERVER_NOT_RUNNING_IN_HA_MODE: [400, "The server does not run in a cluster"],
  TIMEOUT: [503, "The operation timed out, try again later"],
  CLUSTER_NO_LEADER: [503, "The controller cluster has no leader"],
  UNAUTHORIZED: [401, "The request has no valid session"],
  UNHANDLED: [500, "An unhandled error occurred"],
} satisfies Record<string, [status: number, message: string]>;

/** The `code` field of an error answer. */
export type ErrorCode = keyof typeof table;

/** An error answer of the Edge Management API: `code`, an optional cause, and its HTTP status (the code's by default). */
export class ApiError extends Error {
  readonly status: number;

  constructor(
    readonly code: ErrorCode,
    readonly reason?: Cause,
    status?: number,
  ) {
    super(table[code][1]);
    this.status = status ?? table[code][0];
  }
}

/** 400 COULD_NOT_VALIDATE for one field of the request. */
export function fieldError(field: string, reason: string, value: unknown): ApiError {
  const shown = Array.isArray(value) ? `[${value.join(" ")}]` : String(value);
  return new ApiError("COULD_NOT_VALIDATE", { field, reason, value: shown });
}

// The engine answers a wrong request frame with its validator's own number where an HTTP status belongs.
const frameStatus = { type: 601, required: 602, enum: 606 };

/** COULD_NOT_VALIDATE for a query parameter or a missing body, with the engine's odd status 601, 602 or 606. */
export function frameError(field: string, reason: string, value: string, rule: keyof typeof frameStatus): ApiError {
  return new ApiError("COULD_NOT_VALIDATE", { field, reason, value }, frameStatus[rule]);
}

/** 500 UNHANDLED with the text of its nested cause. */
export function unhandled(message: string): ApiError {
  return new ApiError("UNHANDLED", { code: "UNHANDLED", message });
}

/** 404 NOT_FOUND that names the kind and the id. */
export function notFound(singular: string, id: string): ApiError {
  return new ApiError("NOT_FOUND", { code: "UNHANDLED", message: `${singular} with id ${id} not found` });
}
