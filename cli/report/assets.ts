import { buildSync } from "esbuild";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import type { PageAssets } from "./page";

// Compiled code runs from dist/; the sources of the page's script and style stay beside the others.
const sources = path.resolve(__dirname, "../../../cli/report/web");

/** The page's style sheet and its script with the graph library, in one piece each. */
export function buildAssets(): PageAssets {
  const { outputFiles } = buildSync({
    entryPoints: [path.join(sources, "main.ts")],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "inline",
    write: false,
    logLevel: "error",
  });
  const script = outputFiles.map(({ text }) => text).join("");
  return { script, style: readFileSync(path.join(sources, "report.css"), "utf8") };
}
