import { LocalError } from "../local-error";

/** kind could not do what was asked: the message has its own last words and what helps. */
export class KindError extends LocalError {}
