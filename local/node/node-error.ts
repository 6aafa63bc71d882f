import { LocalError } from "../local-error";

/** The real node could not do what was asked: the message says what failed and what mends it. */
export class NodeError extends LocalError {}
