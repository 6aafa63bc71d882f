import { ApiError, UnreachableError } from "../client/errors";
import { PortForwardError } from "../client/port-forward/errors";
import { Kind, wireName } from "../kinds/kind";
import { Detail } from "./translate";

/** The provider declines to do something. The message says what to do instead. */
export class RefusedError extends Error {
  override readonly name = "RefusedError";
}

/** For an object of the controller's own. */
export function reservedError(kind: Kind, detail: Detail, reason: string): RefusedError {
  return new RefusedError(`${nameOf(kind, detail)} must not be changed or deleted: ${reason}.`);
}

/** Which stack an object belongs to, in words. */
export function ownerOf(detail: Detail): string {
  const tags = (detail["tags"] ?? {}) as Readonly<Record<string, unknown>>;
  return tags["agyn-managed-by"] ? `stack ${JSON.stringify(tags["agyn-stack"])}` : "no stack";
}

/** For a name that another stack's or another tool's object has. */
export function takenError(kind: Kind, detail: Detail): RefusedError {
  return new RefusedError(
    `${nameOf(kind, detail)} exists already and belongs to ${ownerOf(detail)}. Choose another name, import it with the resource ` +
      `option import: ${JSON.stringify(detail["id"])}, or set adopt: true on the provider to take over what exists.`,
  );
}

/** For a second resource under one name in the same program. */
export function declaredTwiceError(kind: Kind, inputs: Detail, other: string): RefusedError {
  return new RefusedError(`${nameOf(kind, inputs)} is declared already by ${other}. Remove one of the two.`);
}

/** For an object that would have to be made anew to become what the program declares. */
export function fixedError(kind: Kind, detail: Detail, fields: readonly string[]): RefusedError {
  return new RefusedError(
    `${nameOf(kind, detail)} exists with another ${fields.join(" and ")}, which cannot be changed in place. Delete it, or ` +
      `declare what exists.`,
  );
}

/** For a write the controller confirmed and did not carry out. */
export function notStoredError(kind: Kind, detail: Detail, fields: readonly string[]): RefusedError {
  return new RefusedError(
    `${nameOf(kind, detail)}: the controller confirmed the change but stores another ${fields.join(" and ")}. If somebody ` +
      `else is changing it, run "pulumi refresh" and try again.`,
  );
}

/** For an object that vanished between two runs or during one. */
export function goneError(kind: Kind, id: string): RefusedError {
  return new RefusedError(`${kind.name} ${id} is no longer in the controller. Run "pulumi refresh", then "pulumi up".`);
}

/** Adds what helps when the controller refuses a list of roles: it says which id it does not know, not why. */
export function explained(kind: Kind, error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const field = kind.fields.find((each) => wireName(each) === error.field);
  if (field?.type !== "roles") return error;
  return new RefusedError(`${error.message}. After "@" the controller wants an id, never a name: "@\${object.id}".`);
}

/** Adds how to go on when a deletion finds no controller: it may be lost for good. */
export function withWayOut(error: unknown): unknown {
  if (!(error instanceof UnreachableError || error instanceof PortForwardError)) return error;
  return new RefusedError(
    `${error.message} If the controller is lost for good, let go of its objects without it: set controller.forget to true ` +
      `(resource option retainOnDelete), run "pulumi up", and destroy again.`,
  );
}

/** An object by its kind and name, or by what it is known by instead. */
export function nameOf(kind: Kind, detail: Detail): string {
  if (kind.keyOf === undefined) return `${kind.name} ${JSON.stringify(detail["name"])}`;
  return `${kind.name} (${String(detail["method"])}) of identity ${String(detail["identityId"])}`;
}
