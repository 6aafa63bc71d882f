import assert from "node:assert/strict";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { buildArguments } from "../../local/engines/build";
import {
  acceptsVersion,
  catalog,
  parseVersion,
  requiredEngines,
  testEngines,
  type EngineSpec,
} from "../../local/engines/catalog";
import { EngineError, cachedBinary, tryFindEngine } from "../../local/engines/find";
import { enginesFolder, stateFolder } from "../../local/engines/folders";
import { extendPlan, missingEnginesMessage, planEngines } from "../../local/engines/prepare";
import { projectRoot } from "../support/project-root";
import { versions } from "../../versions";
import type { BuildableEngine } from "../../local/engines/build";

describe("engine versions", () => {
  const outputs: readonly (readonly [string, string | undefined])[] = [
    ["v3.259.0", "3.259.0"],
    ["etcd Version: 3.6.6\nGit SHA: none", "3.6.6"],
    ["Kubernetes v1.34.2", "1.34.2"],
    ["kwok version v0.7.0 go1.26.8", "0.7.0"],
    ["unknown command", undefined],
  ];
  for (const [output, version] of outputs) {
    it(`are read from ${JSON.stringify(output)}`, () => assert.equal(parseVersion(output), version));
  }

  const ranges: readonly (readonly [EngineSpec, string, boolean])[] = [
    [catalog.pulumi, "3.259.0", true],
    [catalog.pulumi, "3.300.1", true],
    [catalog.pulumi, "3.258.9", false],
    [catalog.pulumi, "4.0.0", false],
    [catalog["kube-apiserver"], "1.34.9", true],
    [catalog["kube-apiserver"], "1.35.0", false],
    [catalog.etcd, "unknown", false],
  ];
  for (const [spec, version, accepted] of ranges) {
    it(`${accepted ? "include" : "exclude"} ${spec.name} ${version}`, () =>
      assert.equal(acceptsVersion(spec, version), accepted));
  }
});

describe("the engine catalog", () => {
  it("needs nodes only for the real Kubernetes plugin", () => {
    assert.deepEqual(requiredEngines(false), ["pulumi", "etcd", "kube-apiserver"]);
    assert.ok(requiredEngines(true).includes("kwok"));
  });

  it("can build every engine that a run or a test may require", () => {
    for (const name of [...requiredEngines(true), ...testEngines]) assert.ok(catalog[name].recipe, name);
  });

  it("reads definitions and charts from modules of the versions that the program installs", () => {
    const pins: readonly (readonly [family: string, module: string, version: string])[] = [
      ["crds", "istio.io/api", versions.istio],
      ["crds", "github.com/cert-manager/cert-manager", versions.certManager],
      ["charts", "github.com/cert-manager/trust-manager", versions.trustManager],
    ];
    for (const [family, module, version] of pins) {
      const text = readFileSync(path.join(projectRoot, "local", "go", family, "go.mod"), "utf8");
      assert.ok(text.includes(`${module} v${version.replace(/^v/, "")}\n`), `${module} ${version}`);
    }
  });

  it("has a variable of its own for every engine", () => {
    const variables = Object.values(catalog).map((spec) => spec.variable);
    assert.equal(new Set(variables).size, variables.length);
  });

  it("builds with the version of the pin in the flags", () => {
    const recipe = catalog.pulumi.recipe;
    assert.ok(recipe);
    assert.deepEqual(buildArguments(recipe, "/out/pulumi"), [
      "build",
      "-ldflags",
      "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.259.0",
      "-o",
      "/out/pulumi",
      "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ]);
  });
});

describe("engine and state folders", () => {
  it("follow the explicit variables", () => {
    assert.equal(enginesFolder({ AGYN_ENGINES: "/e" }), "/e");
    assert.equal(stateFolder({ AGYN_LOCAL_STATE: "/s" }), "/s");
  });
  it("follow the conventions of the system", () => {
    assert.equal(enginesFolder({ HOME: "/h" }, "linux"), "/h/.cache/agyn-networking/engines");
    assert.equal(enginesFolder({ HOME: "/h", XDG_CACHE_HOME: "/x" }, "linux"), "/x/agyn-networking/engines");
    assert.equal(enginesFolder({ HOME: "/h" }, "darwin"), "/h/Library/Caches/agyn-networking/engines");
    assert.equal(stateFolder({ HOME: "/h" }, "linux"), "/h/.local/state/agyn-networking/local");
  });
});

describe("the look-up of an engine", () => {
  let root: string;
  beforeEach(() => (root = mkdtempSync(path.join(os.tmpdir(), "agyn-engines-"))));
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function fake(file: string, version: string): string {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `#!/bin/sh\necho "etcd Version: ${version}"\n`);
    chmodSync(file, 0o755);
    return file;
  }
  const none = (line: string): void => assert.fail(`unexpected remark: ${line}`);
  const system = "/usr/bin:/bin";

  it("takes the explicit path before PATH before the cache", async () => {
    const explicit = fake(path.join(root, "mine", "etcd-of-mine"), "3.6.1");
    const onPath = fake(path.join(root, "bin", "etcd"), "3.6.2");
    const environment = {
      PATH: `${path.dirname(onPath)}:${system}`,
      AGYN_ENGINES: path.join(root, "cache"),
      HOME: root,
    };
    const cached = fake(cachedBinary(catalog.etcd, environment), "3.6.6");
    const look = (extra: object): Promise<string | undefined> =>
      tryFindEngine(catalog.etcd, { ...environment, ...extra }, none).then((engine) => engine?.path);
    assert.equal(await look({ AGYN_ETCD: explicit }), explicit);
    assert.equal(await look({}), onPath);
    assert.equal(await look({ PATH: path.join(root, "empty") }), cached);
    assert.equal(await look({ PATH: path.join(root, "empty"), AGYN_ENGINES: path.join(root, "none") }), undefined);
  });

  it("passes over a wrong version on PATH and says so in one line", async () => {
    const old = fake(path.join(root, "old", "etcd"), "3.5.9");
    const good = fake(path.join(root, "good", "etcd"), "3.6.4");
    const remarks: string[] = [];
    const environment = { PATH: `${path.dirname(old)}:${path.dirname(good)}:${system}`, HOME: root };
    const engine = await tryFindEngine(catalog.etcd, environment, (line) => remarks.push(line));
    assert.equal(engine?.path, good);
    assert.deepEqual(remarks, [`${old} has version 3.5.9, allowed is 3.6.0 up to, not including, 3.7.0: passed over`]);
  });

  it("refuses an explicit path that is no program, and one of a wrong version", async () => {
    const old = fake(path.join(root, "etcd"), "3.5.9");
    for (const [file, reason] of [
      [path.join(root, "nothing"), /AGYN_ETCD=.*nothing is not an executable file/],
      [root, /is not an executable file/],
      [old, /has version 3\.5\.9; allowed: 3\.6\.0/],
    ] as const) {
      const search = tryFindEngine(catalog.etcd, { AGYN_ETCD: file, PATH: system }, none);
      await assert.rejects(search, (error: Error) => error instanceof EngineError && reason.test(error.message));
    }
  });

  it("finds a plugin in Pulumi's plugin folder, but not a half installed one", async () => {
    const spec = catalog["pulumi-resource-kubernetes"];
    const folder = path.join(root, "plugins", `resource-kubernetes-v${spec.version}`);
    const plugin = fake(path.join(folder, spec.name), "");
    const environment = { PULUMI_HOME: root, HOME: path.join(root, "home"), AGYN_ENGINES: path.join(root, "none") };
    assert.equal((await tryFindEngine(spec, environment, none))?.path, plugin);
    writeFileSync(`${folder}.partial`, "");
    assert.equal(await tryFindEngine(spec, environment, none), undefined);
  });

  it("plans to build what is missing, and leaves plugin and controller out of a simulated run", async () => {
    const ziti = fake(path.join(root, "ziti"), "2.0.3");
    const environment = { AGYN_ZITI: ziti, PATH: system, HOME: root };
    const real = await planEngines(environment, false, none);
    assert.deepEqual([...real.found.keys()], ["ziti"]);
    assert.deepEqual(
      real.toBuild.map((spec) => spec.name),
      ["pulumi", "etcd", "kube-apiserver"],
    );
    assert.equal((await planEngines(environment, true, none)).found.size, 0);
  });

  it("plans what only tests use beside what a run needs, and builds it where it is missing", async () => {
    const environment = { PATH: system, HOME: root };
    const plan = await planEngines(environment, true, none);
    const extended = await extendPlan(plan, testEngines, environment, none);
    assert.deepEqual(
      extended.toBuild.map((spec) => spec.name),
      ["pulumi", "etcd", "kube-apiserver", "helm"],
    );
    const helm = path.join(root, "helm");
    writeFileSync(helm, "#!/bin/sh\necho v3.20.2\n", { mode: 0o755 });
    const { found, toBuild } = await extendPlan(plan, testEngines, { ...environment, AGYN_HELM: helm }, none);
    assert.equal(found.get("helm")?.path, helm);
    assert.deepEqual(toBuild, plan.toBuild);
  });

  it("tells which engines are missing and how to give them", () => {
    const message = missingEnginesMessage([catalog.etcd as BuildableEngine]);
    assert.match(message, /etcd 3\.6\.6 +\(AGYN_ETCD=\/path\/to\/etcd\)/);
    assert.match(message, /Install Go/);
  });
});
