import { LocalError } from "../../local/local-error";
import type { AdminCredential, PendingKey } from "./credential";

/** Whoever holds the credential that is being replaced. */
export interface Previous {
  readonly identityId: string;
  readonly name: string;
  /** What the credential is in the controller. */
  readonly authenticatorId: string;
  /** Made by an earlier rotation of this stack, so that it may go as a whole. */
  readonly isOurs: boolean;
  /** The controller's first administrator, which cannot be deleted and stays for emergencies. */
  readonly isDefaultAdmin: boolean;
}

/**
 * A rotation under way, kept in the stack's configuration as one secret. Everything new is written down before it is
 * used, so that a run that ends anywhere leaves what the next one needs.
 */
export interface Journal {
  /** Name of the new identity. */
  readonly name: string;
  /** The new credential; a key without `cert` has not been certified yet. */
  readonly next: AdminCredential | PendingKey;
  readonly previous?: Previous;
}

/** The credential of a journal once it is complete. */
export function tryComplete({ next }: Journal): AdminCredential | undefined {
  return next.kind === "password" || "cert" in next ? next : undefined;
}

/** Reads a journal. Throws LocalError, without quoting it, when it cannot be read. */
export function parseJournal(text: string): Journal {
  try {
    const read = JSON.parse(text) as Partial<Journal> | null;
    if (typeof read?.name === "string" && typeof read.next?.kind === "string") return read as Journal;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new LocalError(
    "the notes of an earlier rotation (agyn-rotation:journal in the stack's configuration) cannot be read. " +
      "The credential in use is untouched. Start over: pulumi config rm agyn-rotation:journal",
  );
}
