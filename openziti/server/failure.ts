import * as grpc from "@grpc/grpc-js";
import { ClientError } from "../client/errors";
import { RefusedError } from "../engine/errors";

/**
 * The gRPC error whose message the user reads: one line. An error nobody foresaw also leaves its stack in the provider's
 * log. The code is always UNKNOWN, because Pulumi takes others to be about the provider process itself.
 */
export function toServiceError(error: unknown): Partial<grpc.StatusObject> {
  const isForeseen = error instanceof ClientError || error instanceof RefusedError;
  if (!isForeseen) console.error(error);
  return { code: grpc.status.UNKNOWN, details: error instanceof Error ? error.message : String(error) };
}
