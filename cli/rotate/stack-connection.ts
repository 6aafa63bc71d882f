import type { Cluster } from "../../openziti/client/transport";
import { toConnection } from "../../openziti/server/connection";
import type { Properties, Value } from "../../openziti/values";
import { LocalError } from "../../local/local-error";
import type { AdminCredential } from "./credential";

/** How the last finished `up` reached the controller, and who it was there. */
export interface StackConnection {
  readonly cluster: Cluster;
  readonly credential: AdminCredential;
  /** Name of the stack, as the tags of its objects have it. */
  readonly stack: string;
}

interface Deployment {
  readonly deployment?: {
    readonly resources?: readonly { readonly type: string; readonly inputs?: Readonly<Record<string, unknown>> }[];
  };
}

const providerType = "pulumi:providers:openziti";
const signature = "4dabf18193072939515e22adb298388d";

/**
 * Reads the connection out of `pulumi stack export --show-secrets`: what the program's OpenZiti provider was given, so
 * that a generated credential and a controller behind a port-forward need nothing else. Throws LocalError when the stack
 * was never brought up.
 */
export function readStackConnection(exported: unknown): StackConnection {
  const connection = tryReadStackConnection(exported);
  if (connection !== undefined) return connection;
  throw new LocalError(
    "the stack has no connection to a controller yet, so there is nothing to rotate. Run pulumi up first.",
  );
}

/** The same; undefined when the stack was never brought up, or is destroyed. */
export function tryReadStackConnection(exported: unknown): StackConnection | undefined {
  const resources = (exported as Deployment).deployment?.resources ?? [];
  // Another provider of the same plugin knows the cluster's DNS alone.
  const inputs = resources.find(
    ({ type, inputs: given }) => type === providerType && given?.["url"] !== undefined,
  )?.inputs;
  return inputs && toStackConnection(open(inputs) as Properties);
}

/** The connection that the provider's arguments amount to. */
export function toStackConnection(given: Properties): StackConnection {
  const { cluster, credential, stack } = toConnection(given);
  const { cert = "", key = "", ...address } = cluster;
  if (credential.method === "cert") return { cluster: address, stack, credential: { kind: "certificate", cert, key } };
  const { username, password } = credential;
  return { cluster: address, stack, credential: { kind: "password", username, password } };
}

// An export shows a secret as its JSON text inside an envelope.
function open(value: unknown): Value {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== "object" || value === null) return value as Value;
  if (signature in value) {
    const { plaintext } = value as { plaintext?: unknown };
    if (typeof plaintext !== "string") throw new LocalError("the stack was exported without its secrets.");
    return open(JSON.parse(plaintext));
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, open(item)]));
}
