import { readdirSync, readFileSync } from "node:fs";
import * as path from "node:path";
import { projectRoot } from "./project-root";

/**
 * Where the commands of a block run: in a clone alone, on the local platform, there with Pulumi's Node.js plugin, on a cluster
 * of a stand-in for kind, nowhere.
 */
export type BlockPlace = "offline" | "platform" | "pulumi" | "kind" | "skip";

/** A fenced block of shell commands in a page. */
export interface GuideBlock {
  /** `<page>:<line>`, the page from the root. */
  readonly title: string;
  readonly page: string;
  readonly text: string;
  /** Undefined where the page does not say. */
  readonly place?: BlockPlace;
  /** Exit code that the page promises; 0 unless it says otherwise. */
  readonly exit: number;
  /** Why it is not run. */
  readonly reason?: string;
}

const fence = /^```sh\n([^]*?)^```$/gm;
const mark = /<!-- test: (offline|platform|pulumi|kind|skip)(?: exit (\d+))?(?:: ([^>]+))? -->\n+$/;

/** Every shell block of a page; the comment before a block says where it is tested. */
export function blocksOf(page: string, text: string): readonly GuideBlock[] {
  return [...text.matchAll(fence)].map((match) => {
    const before = text.slice(0, match.index);
    const [, place, exit = "0", reason] = mark.exec(before) ?? [];
    const title = `${page}:${before.split("\n").length}`;
    return { title, page, text: match[1] ?? "", place: place as BlockPlace | undefined, exit: Number(exit), reason };
  });
}

/** The blocks of the README and of every guide, page by page. */
export function loadGuideBlocks(): readonly GuideBlock[] {
  const folder = "docs/guides";
  const guides = readdirSync(path.join(projectRoot, folder)).filter((name) => name.endsWith(".md"));
  const pages = ["README.md", ...guides.sort().map((name) => `${folder}/${name}`)];
  return pages.flatMap((page) => blocksOf(page, readFileSync(path.join(projectRoot, page), "utf8")));
}
