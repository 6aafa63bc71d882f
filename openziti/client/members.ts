import { ClientError, NoMemberError, TlsError, UnreachableError } from "./errors";
import { PortForwardError } from "./port-forward/errors";
import { isTransient } from "./retry";
import type { Endpoint } from "./transport";

/** True for a failure of the way to one controller, that says nothing about the way to another. */
export function isOfMember(error: unknown): error is ClientError {
  return error instanceof UnreachableError || error instanceof TlsError || error instanceof PortForwardError;
}

/** The error about controllers of which none answered, each with its address and failure. */
export function noMember(failures: readonly (readonly [address: string, error: ClientError])[]): NoMemberError {
  const reasons = failures.map(([address, { message }]) => [address, message] as const);
  return new NoMemberError(
    reasons,
    failures.some(([, error]) => isTransient(error)),
  );
}

/** What `ask` returns for the first controller that answers. Fails as `ask` does, and naming each when none answers. */
export async function askFirst<T>(endpoints: readonly Endpoint[], ask: (endpoint: Endpoint) => Promise<T>): Promise<T> {
  const failures: [string, ClientError][] = [];
  for (const endpoint of endpoints) {
    try {
      return await ask(endpoint);
    } catch (error) {
      if (!isOfMember(error)) throw error;
      failures.push([new URL(endpoint.url).origin, error]);
    }
  }
  const [first, ...others] = failures;
  throw first !== undefined && others.length === 0 ? first[1] : noMember(failures);
}
