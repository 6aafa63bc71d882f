import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectRoot } from "./project-root";

const leftOut = new Set([".git", "node_modules", "dist", ".test-output"]);

/** A copy of the working tree as a repository of one commit on `main`, with the packages that are installed here. */
export class ScratchClone {
  readonly folder = mkdtempSync(path.join(os.tmpdir(), "agyn-clone-"));

  constructor() {
    cpSync(projectRoot, this.folder, {
      recursive: true,
      filter: (source) => !leftOut.has(path.relative(projectRoot, source)),
    });
    symlinkSync(path.join(projectRoot, "node_modules"), path.join(this.folder, "node_modules"), "dir");
    execFileSync(process.execPath, ["bin/build.js"], { cwd: this.folder });
    this.git("init", "--quiet", "--initial-branch", "main");
    this.commit("Clone");
  }

  /** Whose commits they are, for commands that run in it. */
  get environment(): Readonly<Record<string, string>> {
    const [name, email] = ["tester", "tester@acme-robotics.io"];
    return {
      GIT_AUTHOR_NAME: name,
      GIT_AUTHOR_EMAIL: email,
      GIT_COMMITTER_NAME: name,
      GIT_COMMITTER_EMAIL: email,
    };
  }

  /** Commits everything that is not ignored. */
  commit(message: string): void {
    this.git("add", "--all");
    this.git("commit", "--quiet", "--message", message);
  }

  /** Runs git in it; returns what it printed. */
  git(...args: readonly string[]): string {
    const env = { ...process.env, ...this.environment };
    return execFileSync("git", args, { cwd: this.folder, env, encoding: "utf8" });
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
