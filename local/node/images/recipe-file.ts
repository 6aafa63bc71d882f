import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { NodeError } from "../node-error";
import type { ImageRecipe } from "./recipes";

const emptyRecipe: ImageRecipe = { name: "", names: [], base: "none", files: [], entrypoint: [] };
const bases = ["none", "busybox", "debian", "postgres"];

/** Reads recipes of a YAML or JSON file: a list of rows like those of `recipes.ts`. Throws NodeError with every problem. */
export function loadRecipes(file: string): readonly ImageRecipe[] {
  const rows = parse(readFileSync(file, "utf8")) as unknown;
  if (!Array.isArray(rows)) throw new NodeError(`${file} is no list of recipes`);
  const problems = rows.flatMap((row, index) => validateRecipe(row).map((problem) => `${file}[${index}]: ${problem}`));
  if (problems.length > 0) throw new NodeError(problems.join("\n"));
  return rows.map((row: Partial<ImageRecipe>) => ({ ...emptyRecipe, ...row }));
}

/** What is wrong with a row. */
export function validateRecipe(row: unknown): readonly string[] {
  if (typeof row !== "object" || row === null) return [`is ${JSON.stringify(row)}, allowed is an object`];
  const { name, names, base } = row as Record<string, unknown>;
  return [
    ...(typeof name === "string" ? [] : ["name is missing"]),
    ...(Array.isArray(names) && names.length > 0 ? [] : ["names holds no name with a tag"]),
    ...(bases.includes(base as string) ? [] : [`base is ${JSON.stringify(base)}, allowed are ${bases.join(", ")}`]),
  ];
}
