// Compiles the TypeScript sources into dist/, only when their content changed. Pulumi's own way (ts-node with a type
// check) costs seconds on every run; types are checked by `npm run check` instead.
"use strict";
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");

const root = path.resolve(__dirname, "..");
const dist = path.join(root, "dist");
const stampFile = path.join(dist, ".stamp");
const sourceFolders = [
  "access",
  "cli",
  "components",
  "config",
  "generated",
  "kubernetes",
  "local",
  "openziti",
  "policy",
  "scripts",
  "test",
];

function sourceFiles() {
  const files = ["index.ts", "versions.ts"];
  for (const folder of sourceFolders) {
    if (!fs.existsSync(path.join(root, folder))) continue;
    for (const name of fs.readdirSync(path.join(root, folder), { recursive: true })) {
      if (name.endsWith(".ts") && !name.endsWith(".d.ts")) files.push(path.join(folder, name));
    }
  }
  return files.filter((file) => fs.existsSync(path.join(root, file))).sort();
}

function contentKey(files) {
  const hash = createHash("sha256").update(fs.readFileSync(__filename)).update(process.version);
  for (const file of files)
    hash
      .update(file)
      .update("\0")
      .update(fs.readFileSync(path.join(root, file)));
  return hash.digest("hex");
}

// Written beside the target and renamed, so that a process that is loading dist/ never reads half a file.
function writeWhole(file, contents) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const partial = `${file}.${process.pid}`;
  fs.writeFileSync(partial, contents);
  fs.renameSync(partial, file);
}

function removeOrphans(files) {
  const wanted = new Set(files.map((file) => file.replace(/\.ts$/, ".js")));
  for (const name of fs.readdirSync(dist, { recursive: true })) {
    if (name.endsWith(".js") && !wanted.has(name)) fs.rmSync(path.join(dist, name));
  }
}

/** Makes dist/ current. Returns the folder that holds the compiled program. */
function ensureBuilt() {
  const files = sourceFiles();
  const key = contentKey(files);
  if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, "utf8") === key) return dist;
  const { outputFiles } = require("esbuild").buildSync({
    absWorkingDir: root,
    entryPoints: files,
    outdir: dist,
    outbase: root,
    format: "cjs",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    write: false,
    logLevel: "error",
  });
  for (const output of outputFiles) writeWhole(output.path, output.contents);
  removeOrphans(files);
  writeWhole(stampFile, key);
  return dist;
}

module.exports = { ensureBuilt };
if (require.main === module) ensureBuilt();
