/** One thing wrong with a configuration, in the words of a person who will fix it. */
export interface Problem {
  /** Path of the configuration value, for example `mesh.extraCallers[0].methods[1]`. */
  readonly key: string;
  readonly received: string;
  readonly allowed: string;
  readonly fix: string;
  /** A value that would do, where one can be told. */
  readonly suggestion?: string;
}
