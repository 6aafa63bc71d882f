import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import * as ts from "typescript";
import { projectRoot } from "../support/project-root";

const folders = ["access", "cli", "components", "config", "kubernetes", "local", "openziti", "policy", "scripts"];

function sourceFiles(): readonly string[] {
  const inFolders = folders.flatMap((folder) =>
    readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: "utf8" })
      .filter((file) => /\.ts$/.test(file) && !file.endsWith(".d.ts"))
      .map((file) => path.join(folder, file)),
  );
  return ["index.ts", "versions.ts", ...inFolders];
}

// A type that is imported counts too: a circle of types is a circle of ideas.
function importsOf(file: string): readonly string[] {
  const { importedFiles } = ts.preProcessFile(readFileSync(path.join(projectRoot, file), "utf8"));
  return importedFiles.flatMap(({ fileName }) => {
    if (!fileName.startsWith(".")) return [];
    const target = path.join(path.dirname(file), fileName.replace(/\.js$/, ""));
    return [`${target}.ts`, path.join(target, "index.ts")].filter((one) => existsSync(path.join(projectRoot, one)));
  });
}

const graph = new Map(sourceFiles().map((file) => [file, importsOf(file)]));

/** The files from which one gets back to where one started. */
function circles(): readonly string[] {
  const reached = (from: string) => {
    const seen = new Set<string>();
    const next = [...(graph.get(from) ?? [])];
    for (let file = next.pop(); file !== undefined; file = next.pop()) {
      if (seen.has(file)) continue;
      seen.add(file);
      next.push(...(graph.get(file) ?? []));
    }
    return seen;
  };
  return [...graph.keys()].filter((file) => reached(file).has(file));
}

// What the folders of the access model may know of each other.
const below: Readonly<Record<string, readonly string[]>> = {
  "access/platform": ["generated"],
  "access/model": ["access/platform"],
  "access/render": ["access/model", "access/platform"],
  "access/answers": ["access/model", "access/platform"],
};

const exported = /^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm;

// The classes of the provider and their arguments are its interface, whether or not the stack needs each of them.
const isInterface = (file: string) => file.startsWith("openziti/resources/");

/** Names that a file exports and that no other file, tests among them, mentions. */
function unusedExports(): readonly string[] {
  const tests = readdirSync(path.join(projectRoot, "test"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => path.join("test", file));
  const texts = new Map(
    [...graph.keys(), ...tests].map((file) => [file, readFileSync(path.join(projectRoot, file), "utf8")]),
  );
  const users = new Map<string, number>();
  for (const text of texts.values()) {
    for (const word of new Set(text.match(/\w+/g))) users.set(word, (users.get(word) ?? 0) + 1);
  }
  return [...graph.keys()]
    .filter((file) => !isInterface(file))
    .flatMap((file) => [...(texts.get(file) ?? "").matchAll(exported)].map(([, name = ""]) => ({ file, name })))
    .filter(({ name }) => (users.get(name) ?? 0) < 2)
    .map(({ file, name }) => `${file}: ${name}`);
}

describe("the imports of the product", () => {
  it("have no circles", () => {
    assert.ok(graph.size > 400, String(graph.size));
    assert.deepEqual(circles(), []);
  });

  it("have a user for each export", () => assert.deepEqual(unusedExports(), []));

  it("lead from answers and renderers to the model, and from the model to the tables", () => {
    const wrong = [...graph].flatMap(([file, targets]) => {
      const own = Object.keys(below).find((folder) => file.startsWith(`${folder}/`));
      if (own === undefined) return [];
      const may = [own, ...(below[own] ?? [])];
      return targets
        .filter((target) => !may.some((folder) => target.startsWith(`${folder}/`)))
        .map((to) => `${file} -> ${to}`);
    });
    assert.deepEqual(wrong, []);
  });
});
