import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { packLayer, type LayerEntry } from "../../../local/node/images/layer";
import { addBlob, writeLayout } from "../../../local/node/images/layout";
import { toRepository } from "../../../local/node/images/names";
import { composeEntries, describeSkipped, missingFiles } from "../../../local/node/images/provide";
import { validateRecipe } from "../../../local/node/images/recipe-file";
import { imageRecipes, type ImageRecipe } from "../../../local/node/images/recipes";
import { chartImages } from "../../../cli/mirror/chart-images";
import { versions } from "../../../versions";

let folder: string;
beforeEach(() => (folder = mkdtempSync(path.join(os.tmpdir(), "agyn-image-"))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the layer of an image", () => {
  it("is an archive that tar reads as it was meant", () => {
    const program = path.join(folder, "program");
    writeFileSync(program, "#!/bin/sh\n");
    const entries: LayerEntry[] = [
      { path: "/app", kind: "folder", owner: 2171, mode: 0o775 },
      { path: "/app/run", kind: "file", from: program },
      { path: "/app/again", kind: "link", to: "/app/run" },
      { path: "/etc/passwd", kind: "text", text: "root:x:0:0\n" },
    ];
    const archive = path.join(folder, "layer.tar");
    writeFileSync(archive, packLayer(entries));
    const listed = execFileSync("tar", ["--numeric-owner", "-tvf", archive], {
      encoding: "utf8",
      env: { ...process.env, TZ: "UTC" },
    });
    assert.deepEqual(
      listed
        .trim()
        .split("\n")
        .map((line) => line.replace(/ +/g, " ")),
      [
        "drwxrwxr-x 2171/2171 0 1970-01-01 00:00 app/",
        "-rwxr-xr-x 0/0 10 1970-01-01 00:00 app/run",
        "lrwxrwxrwx 0/0 0 1970-01-01 00:00 app/again -> /app/run",
        "-rw-r--r-- 0/0 11 1970-01-01 00:00 etc/passwd",
      ],
    );
    const text = execFileSync("tar", ["-xOf", archive, "etc/passwd"], { encoding: "utf8" });
    assert.equal(text, "root:x:0:0\n");
  });

  it("refuses a path that its format cannot hold", () => {
    assert.throws(() => packLayer([{ path: "x".repeat(101), kind: "folder" }]), /too long/);
  });
});

describe("the layout of an image", () => {
  it("leads from its index to every blob by a digest that is right", () => {
    const layer = addBlob(folder, packLayer([{ path: "tmp", kind: "folder" }]));
    writeLayout(folder, { entrypoint: ["/run"], user: "65532:65532" }, [layer]);
    const read = (digest: string): string => {
      const content = readFileSync(path.join(folder, "blobs", ...digest.split(":")));
      assert.equal(createHash("sha256").update(content).digest("hex"), digest.split(":")[1]);
      return content.toString();
    };
    const index = JSON.parse(readFileSync(path.join(folder, "index.json"), "utf8")) as {
      manifests: { digest: string }[];
    };
    const manifest = JSON.parse(read(index.manifests[0]?.digest ?? "")) as {
      config: { digest: string };
      layers: { digest: string; size: number }[];
    };
    assert.deepEqual(
      manifest.layers.map(({ digest, size }) => ({ digest, size })),
      [layer],
    );
    const config = JSON.parse(read(manifest.config.digest)) as {
      config: { Entrypoint: string[]; User: string };
      rootfs: { diff_ids: string[] };
    };
    assert.deepEqual(config.config.Entrypoint, ["/run"]);
    assert.equal(config.config.User, "65532:65532");
    assert.deepEqual(config.rootfs.diff_ids, [layer.digest]);
  });
});

describe("the name of an image", () => {
  const names: readonly (readonly [string, string, string])[] = [
    ["registry.k8s.io/pause:3.10", "pause", "3.10"],
    ["docker.io/istio/pilot:1.30.8", "istio/pilot", "1.30.8"],
    ["localhost:5000/a/b:c", "a/b", "c"],
    ["istio/pilot", "istio/pilot", "latest"],
    ["busybox:1.37.0", "library/busybox", "1.37.0"],
  ];
  for (const [name, repository, tag] of names) {
    it(`${name} is ${repository} with ${tag} in the node's registry`, () =>
      assert.deepEqual(toRepository(name), { repository, tag }));
  }
});

describe("the recipes of images", () => {
  it("that could not be made are named with what they lack, and with the way to make up for it", () => {
    const [first, second] = imageRecipes();
    assert.ok(first && second);
    const [named, help, ...more] = describeSkipped([{ recipe: first }, { recipe: second, skipped: "not found: ziti" }]);
    assert.equal(named, `image ${second.name} skipped: not found: ziti`);
    assert.match(help ?? "", /waits for it.*folder of AGYN_IMAGES.*agyn-net local node images$/);
    assert.deepEqual([more, describeSkipped([{ recipe: first }])], [[], []]);
  });

  it("cover every image that the charts start pods of, but for a package of certificates that is switched off", () => {
    const chartVersions: Readonly<Record<string, string>> = {
      ...{ base: versions.istio, istiod: versions.istio, gateway: versions.istio },
      ...{ "cert-manager": versions.certManager, "trust-manager": versions.trustManager },
    };
    const wanted = Object.entries(chartImages)
      .flatMap(([chart, images]) => images(chartVersions[chart] ?? ""))
      .filter(({ tag }) => tag !== undefined)
      .map(({ from, tag }) => `${from}:${tag}`);
    const made = new Set(imageRecipes().flatMap(({ names }) => names));
    assert.deepEqual(
      wanted.filter((name) => !made.has(name)),
      [],
    );
  });

  it("name what is missing on a machine without it, and find files in AGYN_IMAGES", () => {
    const recipe = { ...(imageRecipes()[0] as ImageRecipe), files: [{ from: "no-such-program", to: "/app" }] };
    assert.deepEqual(missingFiles(recipe, {}), ["no-such-program"]);
    writeFileSync(path.join(folder, "no-such-program"), "");
    const environment = { AGYN_IMAGES: folder };
    assert.deepEqual(missingFiles(recipe, environment), []);
    const [entry] = composeEntries(recipe, environment);
    assert.deepEqual(entry, { path: "/app", kind: "file", from: path.join(folder, "no-such-program") });
  });

  it("are refused by the row, with what is allowed", () => {
    assert.deepEqual(validateRecipe({ name: "x", names: [], base: "alpine" }), [
      "names holds no name with a tag",
      'base is "alpine", allowed are none, busybox, debian, postgres',
    ]);
    for (const recipe of imageRecipes()) assert.deepEqual(validateRecipe(recipe), []);
  });
});
