import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { StandinCluster } from "./standin-cluster";
import { folderVariable } from "./standin-kind";

/** Stand-ins for `kind` and `docker` on a PATH of their own. The second answers `info` and nothing else. */
export class StandinTools {
  private readonly root = mkdtempSync(path.join(os.tmpdir(), "agyn-standin-kind-"));

  constructor() {
    const kind = `exec "${process.execPath}" "${path.join(__dirname, "standin-kind.js")}" "$@"`;
    const docker = `[ "$1" = info ] && echo "stand-in for a container engine" || exit 1`;
    for (const [name, line] of Object.entries({ kind, docker })) {
      writeFileSync(path.join(this.root, name), `#!/bin/sh\n${line}\n`, { mode: 0o755 });
    }
  }

  /** An environment in which the stand-ins are found first. */
  environment(from: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
    return { ...from, PATH: `${this.root}:${from.PATH}`, [folderVariable]: this.root };
  }

  /** The clusters that there are. */
  clusters(): readonly string[] {
    return StandinCluster.list(this.root);
  }

  /** Ends what is left of clusters, and removes the folder. */
  async remove(): Promise<void> {
    for (const name of this.clusters()) await new StandinCluster(this.root, name).remove();
    rmSync(this.root, { recursive: true, force: true });
  }
}
