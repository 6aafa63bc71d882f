import assert from "node:assert/strict";
import type { Principal } from "../../access/model/principal";
import type { Caller } from "../../access/model/caller";

/** The identity of a caller that has one. */
export function principalOf(caller: Caller): Principal {
  assert.ok(caller.kind !== "anyone", "anyone has no identity");
  return caller.principal;
}

/** The ServiceAccount of a caller that has one. */
export function accountOf(caller: Caller): string {
  return principalOf(caller).serviceAccount;
}
