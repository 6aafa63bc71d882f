import { inspect } from "node:util";

const mask = "[secret]";

/** A sensitive value that cannot be printed by accident: text, JSON and inspection all show "[secret]". */
export class Secret {
  readonly #clear: string | undefined;

  constructor(clear: string | undefined) {
    this.#clear = clear;
  }

  /** A secret that exists but cannot be read here: a stack file holds it encrypted. */
  static sealed(): Secret {
    return new Secret(undefined);
  }

  /** True when `reveal` would throw, because only the ciphertext is known. */
  get isSealed(): boolean {
    return this.#clear === undefined;
  }

  /** The value in clear. Throws when the secret is sealed. */
  reveal(): string {
    if (this.#clear === undefined) throw new Error("this secret is encrypted: only Pulumi can read it");
    return this.#clear;
  }

  toString(): string {
    return mask;
  }

  toJSON(): string {
    return mask;
  }

  [inspect.custom](): string {
    return mask;
  }
}
