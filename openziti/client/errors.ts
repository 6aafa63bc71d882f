/** What every failure of the client is: the message is one line a user can act on, and never holds a secret. */
export abstract class ClientError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** What the controller said about one refused request. The value it received is left out: it may be a secret. */
export interface Refusal {
  readonly status: number;
  /** The controller's error code, such as `COULD_NOT_VALIDATE`; empty when the answer was not the controller's own. */
  readonly code: string;
  readonly message: string;
  /** Property the controller objects to, in its own spelling. */
  readonly field?: string;
  readonly reason?: string;
  readonly requestId?: string;
  /** When to try again: whole seconds, or a date, as HTTP's `Retry-After` has it. */
  readonly retryAfter?: string;
}

/** The controller answered and refused. Decide by `code` and `field`, never by the text. */
export class ApiError extends ClientError {
  readonly status: number;
  readonly code: string;
  readonly field?: string;
  readonly reason?: string;
  readonly retryAfter?: string;

  constructor(operation: string, refusal: Refusal) {
    super(describe(operation, refusal));
    this.status = refusal.status;
    this.code = refusal.code;
    this.field = refusal.field;
    this.reason = refusal.reason;
    this.retryAfter = refusal.retryAfter;
  }
}

function describe(operation: string, { status, code, message, field, reason, requestId }: Refusal): string {
  const cause = [field, reason].filter(Boolean).join(": ");
  const said = cause || message; // with a cause, the message only says that there is one
  const trace = requestId ? ` [request ${requestId}]` : "";
  return `${operation}: the controller answered ${status} ${code || "without an error code"}${said && ` (${said})`}${trace}`;
}

/** The controller does not accept the credential. Never repeated: further attempts could lock the account. */
export class AuthenticationError extends ClientError {}

/** No answer from the controller's address: refused, reset, timed out or an unknown host. `code` is Node's error code. */
export class UnreachableError extends ClientError {
  readonly code: string;

  constructor(address: string, code: string, message?: string) {
    super(
      message ??
        `The OpenZiti controller at ${address} cannot be reached (${code}). Check that it is running, that "url" names its ` +
          `management listener, and that nothing between here and there blocks the port.`,
    );
    this.code = code;
  }
}

/**
 * No controller of a cluster gave an answer; `reasons` has an address and a sentence for each. `mayHelp`: repeating is worth a
 * try, because one of them may only be busy with starting.
 */
export class NoMemberError extends UnreachableError {
  constructor(
    reasons: readonly (readonly [address: string, reason: string])[],
    readonly mayHelp: boolean,
  ) {
    const each = reasons.map(([address, reason]) => `${address}: ${reason}`);
    super(
      reasons.map(([address]) => address).join(", "),
      "no member",
      `None of the ${reasons.length} controllers of the cluster answers.\n${each.join("\n")}`,
    );
  }
}

/** The TLS connection was refused by one side, or the given CA, certificate or key cannot be used. */
export class TlsError extends ClientError {
  readonly code: string;

  constructor(address: string, code: string, explanation: string) {
    super(`No trusted TLS connection to the OpenZiti controller at ${address} (${code}): ${explanation}`);
    this.code = code;
  }
}

/** The engine asked the provider to stop while a request was under way. */
export class CancelledError extends ClientError {
  constructor() {
    super("Cancelled. What was under way may or may not have happened; the next run finds out and finishes it.");
  }
}

/** The controller answered something its API does not allow: a bug there, or another program at that address. */
export class ProtocolError extends ClientError {}
