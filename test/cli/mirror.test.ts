import assert from "node:assert/strict";
import * as path from "node:path";
import { toMirrorList } from "../../cli/mirror/mirror-list";
import type { OfflineObject } from "../../cli/shared/offline/object";
import { registerObjects } from "../../cli/shared/offline/objects";
import { loadStack } from "../../cli/shared/offline/stack";
import { projectRoot } from "../support/project-root";
import { versions } from "../../versions";
import { runCommand } from "./run-command";

const release = (chart: string): OfflineObject => ({
  component: "stack",
  type: "kubernetes:helm.sh/v3:Release",
  kind: "Release",
  name: chart,
  inputs: { chart, version: "1.2.3" },
});

describe("agyn-net mirror", () => {
  it("lists each chart and image of an installation that manages everything, once", async () => {
    const { charts, images } = toMirrorList(
      await registerObjects(loadStack(path.join(projectRoot, "Pulumi.dev.yaml"))),
    );
    const names = ["base", "cert-manager", "gateway", "istiod", "trust-manager", "ziti-controller", "ziti-router"];
    assert.deepEqual(charts.map(({ chart }) => chart).sort(), names);
    const tags = images.map(({ to, tag }) => `${to}:${tag}`);
    assert.equal(new Set(tags).size, tags.length);
    assert.ok(tags.includes(`library/postgres:${versions.postgres}`));
    assert.ok(
      tags.includes(`istio/proxyv2:${versions.istio}`) && tags.includes(`openziti/ziti-router:${versions.openziti}`),
    );
  });

  it("finds a chart in a registry or a folder by its name, and refuses one whose images are not known", () => {
    assert.equal(toMirrorList([release("oci://registry.test/charts/istiod")]).images.length, 2);
    assert.throws(() => toMirrorList([release("./charts/unheard")]), /images of the chart unheard/);
  });

  it("lists the image of the probe under its own name, whether or not the stack moves it, and refuses an unknown one", () => {
    const pod = (image: string): OfflineObject => ({
      ...{ component: "networkPolicies", type: "kubernetes:core/v1:Pod", kind: "Pod", name: image },
      inputs: { spec: { containers: [{ image }] } },
    });
    const tag = versions.busybox;
    const { images } = toMirrorList([
      pod(`busybox:${tag}`),
      pod(`registry.acme-robotics.io/mirror/library/busybox:${tag}`),
    ]);
    assert.deepEqual(images, [{ from: "docker.io/library/busybox", to: "library/busybox", tag }]);
    assert.throws(() => toMirrorList([pod("curl:8")]), /where the image curl:8 comes from/);
  });

  it("lists for production the one image that the program runs itself", async () => {
    const { code, out } = await runCommand(["mirror", "--json"]);
    assert.equal(code, 0);
    const { charts, images } = JSON.parse(out) as { charts: unknown[]; images: { from: string }[] };
    assert.deepEqual([charts, images.map(({ from }) => from)], [[], ["ghcr.io/agynio/ziti-management"]]);
  }).timeout(60_000);
});
