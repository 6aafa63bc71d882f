import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import { parse } from "yaml";
import { callers, report } from "../cli/diff-cases";
import { productionText } from "../cli/stack-variants";
import { runInShell } from "./support/shell";
import { projectRoot } from "../support/project-root";
import { ScratchClone } from "../support/scratch-clone";

interface Step {
  readonly name?: string;
  readonly run?: string;
  readonly env?: Readonly<Record<string, string>>;
}
interface Workflow {
  readonly env: Readonly<Record<string, string>>;
  readonly jobs: { readonly reachability: { readonly steps: readonly Step[] } };
}
interface Pipeline {
  readonly reachability: {
    readonly variables: Readonly<Record<string, string | number>>;
    readonly script: readonly string[];
  };
}

/** How the steps of a pull request ended: up to the first that failed, as a runner does. */
interface Ended {
  readonly code: number | null;
  readonly steps: number;
  readonly output: string;
}

const read = (name: string): unknown => parse(readFileSync(path.join(projectRoot, "docs/guides/ci", name), "utf8"));
// The packages of the clone are those that are installed here; the step would remove them.
const isInstall = (command: string) => command.trim() === "npm ci";
const opened = /\*\*Opens\*\* \(1\)[^]*ops\/capacity-report may now call runners\.ListWorkloads/;

describe("the workflow for pull requests", function () {
  // Each case starts processes: a loaded machine takes its time.
  this.timeout(180_000);

  let clone: ScratchClone;
  let shims: string;
  let server: Server;
  const notes: { path: string; token: unknown; body: string }[] = [];
  const inClone = (name: string) => path.join(clone.folder, name);
  const tryRead = (name: string) => (existsSync(inClone(name)) ? readFileSync(inClone(name), "utf8") : undefined);

  before(async () => {
    clone = new ScratchClone();
    shims = mkdtempSync(path.join(os.tmpdir(), "agyn-shims-"));
    // The forge's client notes what it is asked to publish.
    const gh = `#!/bin/sh\necho "$GH_TOKEN $*" > gh.txt\n`;
    writeFileSync(path.join(shims, "gh"), gh, { mode: 0o755 });
    clone.git("update-ref", "refs/remotes/origin/main", "main");
    server = createServer((request, response) => {
      void text(request).then((body) => {
        notes.push({ path: request.url ?? "", token: request.headers["private-token"], body });
        response.writeHead(201).end("{}");
      });
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });
  beforeEach(() => {
    for (const name of ["gh.txt", "reachability.md", "summary.md"]) rmSync(inClone(name), { force: true });
    notes.length = 0;
  });
  after(() => {
    server.close();
    clone.remove();
    rmSync(shims, { recursive: true });
  });

  const change = (stack: string) => writeFileSync(inClone("Pulumi.prod.yaml"), stack);

  async function run(commands: readonly string[], given: Readonly<Record<string, string>>): Promise<Ended> {
    const environment = { ...process.env, ...clone.environment, ...given, PATH: `${shims}:${process.env.PATH}` };
    let output = "";
    for (const [index, command] of commands.entries()) {
      if (isInstall(command)) continue;
      const ended = await runInShell(`set -e\n${command}`, environment, clone.folder);
      output += ended.output;
      if (ended.code !== 0) return { code: ended.code, steps: index + 1, output };
    }
    return { code: 0, steps: commands.length, output };
  }

  const known: Readonly<Record<string, string>> = {
    "github.base_ref": "main",
    "github.token": "t0ken",
    "github.event.pull_request.number": "7",
  };
  const valueOf = (value: string) =>
    value.replace(/\$\{\{ (.+?) \}\}/g, (_, name: string) => known[name] ?? assert.fail(`${name} is not given`));

  async function runWorkflow(): Promise<Ended> {
    const { env, jobs } = read("github-actions.yml") as Workflow;
    const { steps } = jobs.reachability;
    const all = Object.assign(
      { GITHUB_STEP_SUMMARY: inClone("summary.md") },
      env,
      ...steps.map((step) => step.env),
    ) as Record<string, string>;
    const given = Object.fromEntries(Object.entries(all).map(([name, value]) => [name, valueOf(value)]));
    return run(
      steps.flatMap((step) => step.run ?? []),
      given,
    );
  }

  async function runPipeline(): Promise<Ended> {
    const { variables, script } = (read("gitlab-ci.yml") as Pipeline).reachability;
    return run(script, {
      ...Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, String(value)])),
      CI_MERGE_REQUEST_DIFF_BASE_SHA: clone.git("rev-parse", "main").trim(),
      CI_API_V4_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v4`,
      CI_PROJECT_ID: "42",
      CI_MERGE_REQUEST_IID: "7",
      REACHABILITY_TOKEN: "t0ken",
    });
  }

  it("comments on GitHub what opens, and stops at the gate with 2", async () => {
    change(productionText(callers(report)));
    const { code, steps, output } = await runWorkflow();
    assert.deepEqual({ code, steps }, { code: 2, steps: 5 }, output);
    assert.equal(tryRead("gh.txt"), "t0ken pr comment 7 --edit-last --create-if-none --body-file reachability.md\n");
    assert.match(tryRead("reachability.md") ?? "", opened);
    assert.equal(tryRead("summary.md"), tryRead("reachability.md"));
  });

  it("comments on GitHub that nothing changes, and passes", async () => {
    change(readFileSync(path.join(projectRoot, "Pulumi.prod.yaml"), "utf8"));
    const { code, output } = await runWorkflow();
    assert.equal(code, 0, output);
    assert.match(tryRead("reachability.md") ?? "", /Nothing changes\./);
  });

  it("stops on GitHub before any comment when a configuration is refused", async () => {
    change(productionText({ ingress: { port: 0 } }));
    const { code, steps, output } = await runWorkflow();
    assert.deepEqual({ code, steps }, { code: 1, steps: 2 }, output);
    assert.match(output, /ingress\.port/);
    assert.equal(tryRead("gh.txt"), undefined);
  });

  it("comments on GitLab what opens, and stops at the gate with 2", async function () {
    if ((await runInShell("command -v curl")).code !== 0) this.skip();
    change(productionText(callers(report)));
    const { code, steps, output } = await runPipeline();
    assert.deepEqual({ code, steps }, { code: 2, steps: 5 }, output);
    assert.deepEqual(
      notes.map(({ path: at, token }) => [at, token]),
      [["/api/v4/projects/42/merge_requests/7/notes", "t0ken"]],
    );
    assert.match(new URLSearchParams(notes[0]?.body).get("body") ?? "", opened);
  });
});
