import { stringify } from "yaml";

/**
 * A value as YAML that every reader takes for the same: those of YAML 1.1 among them, as Helm and kubectl are, for which a
 * plain `OFF`, `y` or `0755` is no text. Lines are not folded; keys stand in their order unless `sorted`.
 */
export function toYaml(value: unknown, { sorted = false } = {}): string {
  return stringify(value, {
    compat: "yaml-1.1",
    aliasDuplicateObjects: false,
    sortMapEntries: sorted,
    lineWidth: 0,
  });
}
