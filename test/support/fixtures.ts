import { readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "./project-root";

/** The text of a committed fixture, by its path below test/support/fixtures. */
export function readFixture(name: string): string {
  return readFileSync(path.join(projectRoot, "test/support/fixtures", name), "utf8");
}
