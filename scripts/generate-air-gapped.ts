import { readFile } from "node:fs/promises";
import * as path from "node:path";
import { nameOf, toMirrorList } from "../cli/mirror/mirror-list";
import { registerObjects } from "../cli/shared/offline/objects";
import { loadStack } from "../cli/shared/offline/stack";
import type { Generator } from "./generator";

const page = "docs/guides/air-gapped.md";
const marks = /(<!-- list: written by `npm run generate` -->\n)[^]*(\n<!-- end of list -->)/;

/** Writes the charts and images of a bootstrap installation, in which everything is managed, into the guide. */
export function airGappedGenerator(root: string): Generator {
  return {
    name: "air-gapped",
    files: async () => {
      const text = await readFile(path.join(root, page), "utf8");
      const list = await renderList(path.join(root, "Pulumi.dev.yaml"));
      return new Map([[page, text.replace(marks, (_, start: string, end: string) => start + list + end)]]);
    },
  };
}

async function renderList(stack: string): Promise<string> {
  const { charts, images } = toMirrorList(await registerObjects(loadStack(stack)));
  const rows = [
    ...charts.map(({ chart, version, repository }) => `| chart | \`${chart}\` ${version} | ${repository} |`),
    ...images.map((image) => `| image | \`${nameOf(image)}\` | \`${image.to}\` |`),
  ];
  return [
    "",
    "| what | from | to: repository of the chart, or path below `images.registry` |",
    "| --- | --- | --- |",
    ...rows,
    "",
  ].join("\n");
}
