/** Writes files of the repository from one source, so that they cannot drift from it. */
export interface Generator {
  /** What the generator is called in messages. */
  readonly name: string;
  /** The complete content of each file, by path from the root of the repository. */
  readonly files: () => Promise<ReadonlyMap<string, string>>;
}
