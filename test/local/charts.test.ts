import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { BuildContext } from "../../local/engines/build";
import { chartNames, tryFindChart } from "../../local/engines/charts";
import { EngineError } from "../../local/engines/find";

describe("the look-up of a chart", () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(os.tmpdir(), "agyn-charts-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  const write = (file: string, text: string, mode = 0o644): void => {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text, { mode });
  };
  const context = (environment: Readonly<Record<string, string>>): BuildContext => ({
    modules: root,
    environment: { PATH: path.join(root, "bin"), HOME: root, ...environment },
    remark: (line) => assert.fail(line),
    signal: new AbortController().signal,
  });
  // Answers like the Go client, with a module of this test.
  const goClient = (module: string, version: string): void => {
    const answer = JSON.stringify({ Path: module, Version: version, Dir: path.join(root, "module") }, undefined, 2);
    write("bin/go", `#!/bin/sh\n/bin/cat <<'END'\n${answer}\nEND\n`, 0o755);
    mkdirSync(path.join(root, "crds"));
    mkdirSync(path.join(root, "charts"));
  };

  it("takes the folder that is given, whatever it holds of the others", async () => {
    write("given/istiod/Chart.yaml", "name: istiod\nversion: 1.31.4\n");
    const given = { AGYN_CHARTS: path.join(root, "given") };
    const found = await Promise.all(chartNames.map((name) => tryFindChart(name, context(given))));
    assert.deepEqual(
      found.filter((chart) => chart !== undefined),
      [{ name: "istiod", folder: path.join(root, "given", "istiod"), version: "1.31.4" }],
    );
  });

  it("releases a chart out of a module: its version, and what its publisher fills in besides", async () => {
    goClient("github.com/cert-manager/trust-manager", "v0.25.0");
    const chart = "module/deploy/charts/trust-manager";
    write(`${chart}/Chart.yaml`, "name: trust-manager\nappVersion: v0.0.0\nversion: v0.0.0\n", 0o444);
    write(`${chart}/values.yaml`, "defaultPackageImage:\n  _defaultReference: :v0.0.0\n", 0o444);
    write("module/make/00_debian_trixie_version.mk", "DEBIAN_TRIXIE_BUNDLE_VERSION := 20250419~2.1\n");
    const found = await tryFindChart("trust-manager", context({}));
    assert.equal(found?.version, "v0.25.0");
    const values = readFileSync(path.join(found.folder, "values.yaml"), "utf8");
    assert.match(values, /_defaultReference: :20250419-2\.1$/m);
    assert.deepEqual(await tryFindChart("trust-manager", context({})), found, "and once only");
  });

  it("fails with the way out where the module cannot be had", async () => {
    goClient("none", "v1");
    write("bin/go", "#!/bin/sh\necho 'no such module' >&2\nexit 1\n", 0o755);
    await assert.rejects(
      tryFindChart("cert-manager", context({})),
      (error: Error) => error instanceof EngineError && /no such module[^]*AGYN_CHARTS=\/path/.test(error.message),
    );
  });
});
