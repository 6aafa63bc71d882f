import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "../../support/project-root";

/** The `pulumi` commands of a row under "Operations" in docs/overlay.md, in order, without their first word. */
export function documentedCommands(row: string): readonly string[] {
  const text = readFileSync(path.join(projectRoot, "docs", "overlay.md"), "utf8");
  const line = text.split("\n").find((each) => each.startsWith(`| ${row} `));
  assert.ok(line, `docs/overlay.md has no row "${row}"`);
  return [...line.matchAll(/`pulumi ([^`]+)`/g)].map(([, command = ""]) => command);
}

/** The words of a documented command, with its `<placeholders>` filled in. */
export function wordsOf(command: string, values: Readonly<Record<string, string>>): readonly string[] {
  const words = command.replaceAll(/<([^>]+)>/g, (whole, name: string) => values[name] ?? whole).split(" ");
  assert.ok(!words.some((word) => /[<>]/.test(word)), `not every placeholder is filled in: ${words.join(" ")}`);
  return words;
}
