import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { packLayer } from "../../../local/node/images/layer";
import { addBlob, writeLayout } from "../../../local/node/images/layout";
import { buildProgram } from "../../support/platform-standin/program";
import { programPath } from "../node/standin-platform";

/** The name that the image of the stand-in platform has in the archive. */
export const archivedImage = "docker.io/library/agyn-platform-standin:1";

/** Writes the image of the stand-in platform as an OCI archive, for `kind load image-archive` and its like. Needs Go. */
export async function writeImageArchive(file: string): Promise<void> {
  const layout = mkdtempSync(path.join(os.tmpdir(), "agyn-image-"));
  try {
    const layer = addBlob(layout, packLayer([{ path: programPath, kind: "file", from: await buildProgram() }]));
    writeLayout(layout, { entrypoint: [programPath] }, [layer], archivedImage);
    execFileSync("tar", ["--create", "--file", path.resolve(file), "--directory", layout, "."]);
  } finally {
    rmSync(layout, { recursive: true, force: true });
  }
}
