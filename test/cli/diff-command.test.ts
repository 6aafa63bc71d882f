import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { projectRoot } from "../support/project-root";
import { callers, report } from "./diff-cases";
import { runCommand } from "./run-command";
import { productionText } from "./stack-variants";

const hostsTable = "access/platform/hosts.ts";
const sentence =
  "ops/capacity-report may now call runners.ListWorkloads, because: Counts running workloads every night.";

describe("agyn-net diff", function () {
  // Each case starts processes: a loaded machine takes its time.
  this.timeout(90_000);

  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-diff-"));
  const stack = path.join(folder, "Pulumi.prod.yaml");
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@acme.test", ...args], { cwd: folder });
  const diff = (...args: string[]) => runCommand(["diff", ...args], folder);

  before(() => {
    for (const name of ["access", "config", "generated", "versions.ts"]) {
      cpSync(path.join(projectRoot, name), path.join(folder, name), { recursive: true });
    }
    // The revision's own code is what tells this revision from the one that runs.
    const exposure = path.join(folder, hostsTable);
    const text = readFileSync(exposure, "utf8");
    writeFileSync(exposure, text.replace('root: "media-proxy", api: false', 'root: "media-proxy", api: true'));
    assert.notEqual(readFileSync(exposure, "utf8"), text);
    writeFileSync(stack, productionText());
    git("init", "--quiet", "--initial-branch", "main");
    git("add", ".");
    git("commit", "--quiet", "--message", "before");
    git("tag", "--annotate", "older", "--message", "older");
    cpSync(path.join(projectRoot, hostsTable), exposure);
    git("commit", "--quiet", "--all", "--message", "the media proxy has no API");
  });
  beforeEach(() => writeFileSync(stack, productionText(callers(report))));
  after(() => rmSync(folder, { recursive: true }));

  it("compares the working tree with a revision, without colors", async () => {
    const { code, out, errors } = await diff("HEAD");
    assert.deepEqual({ code, errors }, { code: 0, errors: "" });
    assert.equal(out, `Opens\n  ${sentence} (calls in the mesh)\n`);
  });

  it("builds a revision by the revision's own code", async () => {
    const { out } = await diff("older", "--json");
    const { changes } = JSON.parse(out) as { changes: { effect: string; sentence: string }[] };
    assert.ok(changes.some((change) => change.sentence === sentence));
    const closed = changes.filter(({ effect }) => effect === "narrowed").map((change) => change.sentence);
    assert.deepEqual(closed, [
      "The public may no longer reach gateway at https://media.agents.acme-robotics.io/api, " +
        "gateway at https://media.agents.acme-robotics.io/api/* and " +
        "gateway at https://media.agents.acme-robotics.io/socket.io/*, " +
        "because: The media proxy, which authenticates every request.",
    ]);
  });

  it("stops a gate when something opens, and not when something closes", async () => {
    assert.equal((await diff("HEAD", "--fail-on", "widened")).code, 2);
    writeFileSync(stack, productionText({ ingress: { minTlsVersion: "1.3" } }));
    assert.equal((await diff("HEAD", "--fail-on", "widened")).code, 0);
    assert.equal((await diff("HEAD", "--fail-on", "any")).code, 2);
    writeFileSync(stack, productionText());
    assert.equal((await diff("HEAD", "--fail-on", "any")).code, 0);
  });

  it("writes Markdown in which a reason formats nothing and mentions nobody", async () => {
    writeFileSync(stack, productionText(callers({ ...report, because: "<b>*ask*</b> @ops | #1" })));
    const { out } = await diff("HEAD", "--markdown");
    assert.match(
      out,
      /^### Who may reach what: Pulumi\.prod\.yaml of HEAD → Pulumi\.prod\.yaml\n\n\*\*Opens\*\* \(1\)\n/,
    );
    assert.ok(out.includes("because: \\<b\\>\\*ask\\*\\</b\\> @\u200bops \\| \\#1."), out);
  });

  it("says in Markdown that nothing changes", async () => {
    writeFileSync(stack, productionText());
    assert.match((await diff("HEAD", "--markdown")).out, /\n\nNothing changes\.\n$/);
  });

  it("compares with another file and another folder", async () => {
    const other = path.join(folder, "other");
    mkdirSync(other, { recursive: true });
    writeFileSync(path.join(other, "Pulumi.prod.yaml"), productionText());
    for (const before of [other, path.join(other, "Pulumi.prod.yaml")]) {
      assert.ok((await diff(before)).out.includes(sentence), before);
    }
    rmSync(other, { recursive: true });
  });

  for (const [title, args, message] of [
    [
      "what is neither a revision nor a file",
      ["nowhere"],
      /"nowhere" is not a revision of this repository, nor a file/,
    ],
    ["an option as a revision", ["--", "--help"], /"--help" is not a revision/],
    ["a stack that is not there", ["HEAD", "--stack", "lost"], /Pulumi\.lost\.yaml/],
    ["an unknown gate", ["HEAD", "--fail-on", "odd"], /Allowed choices are widened, any/],
  ] as const) {
    it(`refuses ${title}`, async () => {
      const { code, errors, out } = await diff(...args);
      assert.equal(code, 1);
      assert.equal(out, "");
      assert.match(errors, message);
      assert.ok(!errors.includes("    at "), errors);
    });
  }

  it("shows every problem of a configuration", async () => {
    writeFileSync(stack, productionText({ ingress: { port: 0, minTlsVersion: "1.1" } }));
    const { code, errors } = await diff("HEAD");
    assert.equal(code, 1);
    assert.match(errors, /ingress\.minTlsVersion[^]*ingress\.port/);
  });
});
