import assert from "node:assert/strict";
import { nameOf, toMirrorList, type MirrorList } from "../../../cli/mirror/mirror-list";
import { chartImages } from "../../../cli/mirror/chart-images";
import { versions } from "../../../versions";
import { chartNames } from "../../../local/engines/charts";
import type { Registration } from "../../support/registrations";
import { imagesOf, inFull } from "./images";
import { chartOf, requireCharts, type Installation } from "./installation";
import { containersOf, tryToPod } from "./rendered-object";

type Image = MirrorList["images"][number];

function mirrorOf(registrations: readonly Registration[]): MirrorList {
  return toMirrorList(registrations.map((one) => ({ ...one, component: "stack", kind: "" })));
}

/** Where an image is on a cluster without a network: below the registry of the stack, where it has one. */
function inCluster(image: Image, { variant }: Installation): string {
  const { registry } = (variant.config.images ?? {}) as { registry?: string };
  if (registry === undefined || image.to.startsWith("named by")) return nameOf(image);
  return `${registry}/${image.to}:${image.tag}`;
}

describe("agyn-net mirror", () => {
  for (const name of chartNames) {
    it(`lists exactly the images that ${name} starts, where it looks for them`, async function () {
      const { installations } = await requireCharts(this, name);
      for (const installation of installations) {
        const { registrations } = installation.run;
        const releases = registrations.filter((one) => one.inputs.chart !== undefined && chartOf(one) === name);
        const listed = mirrorOf(releases).images.map((image) => inCluster(image, installation));
        const rendered = installation.releases.filter(({ chart }) => chart.name === name).flatMap(imagesOf);
        // The gateway's own image is the control plane's to fill in: what it will be is looked at there.
        const expected = name === "gateway" ? [] : rendered;
        const proxies = name === "gateway" ? listed.filter((image) => !/\/proxyv2:/.test(image)) : listed;
        assert.deepEqual([...new Set(proxies)].sort(), [...new Set(expected)].sort(), installation.variant.title);
      }
    });
  }

  it("lists for the gateway the proxy that the control plane injects", async function () {
    const { installations } = await requireCharts(this, "istiod", "gateway");
    for (const installation of installations) {
      for (const { version } of installation.releases.filter(({ chart }) => chart.name === "gateway")) {
        const listed = chartImages.gateway!(version).map((image) => inCluster(image, installation));
        const injected = installation.releases.filter(({ chart }) => chart.name === "istiod").flatMap(imagesOf);
        for (const image of listed) assert.ok(injected.includes(image), `${installation.variant.title}: ${image}`);
      }
    }
  });

  it("lists the images of the program's own pods", async function () {
    const { installations } = await requireCharts(this);
    for (const installation of installations) {
      const own = installation.own.flatMap((object) => tryToPod(object) ?? []).flatMap(containersOf);
      const charts = new Set(chartNames.flatMap((name) => chartImages[name]?.("").map(({ to }) => to) ?? []));
      const { images } = mirrorOf(installation.run.registrations);
      const listed = images.filter(({ to }) => !charts.has(to)).map((image) => inCluster(image, installation));
      assert.deepEqual([...new Set(own.map(({ image }) => inFull(image)))].sort(), listed.sort());
    }
    assert.ok(installations.some(({ own }) => JSON.stringify(own).includes(`busybox:${versions.busybox}`)));
  });
});
