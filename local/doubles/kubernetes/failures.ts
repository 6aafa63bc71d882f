/** Turns what went wrong into one line that names the resource and the way out. Pure. */
import { ApiStatusError } from "./api-client";
import { PATCH_FORCE } from "./manifest";
import { type PropertyMap, redactSecrets } from "./properties";
import type { ResourceType } from "./resource-type";

const hints: Record<string, string> = {
  AlreadyExists: "import it (pulumi import), give the resource an alias, or set upsertExistingObjects on the provider",
  Conflict: `another field manager owns the field: leave it to that one, or annotate the object with ${PATCH_FORCE}: "true"`,
  Forbidden: "the user of the kubeconfig lacks this permission",
  Unauthorized: "the API server does not know the user of the kubeconfig: check its token or certificate",
};

/** The error for the engine. `properties`: the resource's, whose secrets are taken out of the message. */
export function toFailure(error: unknown, { token, logicalName }: ResourceType, properties: PropertyMap): Error {
  const message = redactSecrets(error instanceof Error ? error.message : String(error), properties);
  const hint = error instanceof ApiStatusError ? hints[error.reason] : undefined;
  return new Error(`${token} "${logicalName}": ${message}${hint === undefined ? "" : `; ${hint}`}`);
}
