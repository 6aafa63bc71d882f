/** An error that a person can act on: its message is complete, a stack trace would add nothing. */
export class LocalError extends Error {}
