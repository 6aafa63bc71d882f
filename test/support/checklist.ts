import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "./project-root";

// Where a test stands says what it runs against.
const levels: readonly (readonly [prefix: string, level: string])[] = [
  ["test/e2e/node/", "node"],
  ["test/e2e/", "live"],
  ["test/components/", "registrations"],
  ["test/openziti/", "wire"],
  ["test/cli/rotate", "wire"],
  ["test/", "pure"],
];

/** The lines `M1` to `M15`, for a letter and a count. */
export function numbered(letter: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${letter}${index + 1}`);
}

/** Holds the checklist of a document against its lines, the titles of the tests it names, and their levels. */
export function describeChecklist(document: string, lines: readonly string[]): void {
  const text = readFileSync(path.join(projectRoot, document), "utf8");
  const rows = [...text.matchAll(/^\| ([A-Z]\d+) +\|[^|]*\| `([^`]+)` +\| `(.+?)` +\| (\w+) +\|$/gm)];

  it(`has every line from ${lines[0]} to ${lines.at(-1)}`, () => {
    assert.deepEqual([...new Set(rows.map(([, line]) => line))], lines);
    assert.equal(rows.length, text.match(/^\| [A-Z]\d+ /gm)?.length, "a row that cannot be read");
  });

  for (const [, line, file = "", title = "", level] of rows) {
    it(`names for ${line} a test that exists: ${title}`, () => {
      const source = path.join(projectRoot, file);
      assert.ok(existsSync(source), file);
      const quoted = [`"${title}"`, `\`${title}\``];
      const texts = textsOf(source);
      assert.ok(
        quoted.some((literal) => texts.some((each) => each.includes(literal))),
        `${file} has no such title`,
      );
      assert.equal(level, levels.find(([prefix]) => file.startsWith(prefix))?.[1]);
    });
  }
}

/** A test file, and the cases that it takes from test/support: there are those that run against several targets. */
function textsOf(source: string): readonly string[] {
  const own = readFileSync(source, "utf8");
  const cases = [...own.matchAll(/from "([./]+support\/[\w-]+)"/g)];
  const files = cases.map(([, name = ""]) => `${path.resolve(path.dirname(source), name)}.ts`).filter(existsSync);
  return [own, ...files.map((file) => readFileSync(file, "utf8"))];
}
