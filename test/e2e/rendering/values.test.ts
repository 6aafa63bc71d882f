import assert from "node:assert/strict";
import { chartNames, type ChartName } from "../../../local/engines/charts";
import type { HelmResult } from "./helm";
import { requireCharts, type Rendering, type RenderedRelease } from "./installation";
import { loadMeshMessages, problemsOfMessage } from "./mesh-config";
import { changeEach } from "./value-paths";

function releasesOf({ installations }: Rendering, name: ChartName): readonly RenderedRelease[] {
  return installations.flatMap(({ releases }) => releases).filter(({ chart }) => chart.name === name);
}

// What only repeats every value it is given, read or not: a record for `istioctl`, and the input of the injection's template.
const repeats: Partial<Readonly<Record<ChartName, readonly string[]>>> = {
  istiod: ["values", "istio-sidecar-injector"],
};

function withoutRepeats(name: ChartName, result: HelmResult): string {
  if ("refusal" in result) return result.refusal;
  const documents = result.text.split(/^---$/m);
  const isRepeat = (document: string) =>
    repeats[name]?.some((one) =>
      new RegExp(`^kind: ConfigMap\\nmetadata:\\n  name: ${one}(-[\\w-]+)?$`, "m").test(document),
    );
  return documents.filter((document) => !isRepeat(document)).join("---");
}

/**
 * The values of a chart that no release reads: changing one changes nothing, and is not refused either. A value that one
 * release needs another value for counts where that one is set.
 */
async function findUnread(rendering: Rendering, name: ChartName): Promise<readonly string[]> {
  const known = new Set<string>();
  const seen = new Set<string>();
  for (const release of releasesOf(rendering, name)) {
    const before = withoutRepeats(name, await rendering.helm.render(release.chart, release));
    const again = withoutRepeats(name, await rendering.helm.renderAnew(release.chart, release));
    assert.ok(before === again, "the chart renders another text each time, and no change can be told from that");
    for (const { at, values } of changeEach(release.values)) {
      seen.add(at);
      if (known.has(at)) continue;
      const after = await rendering.helm.render(release.chart, { ...release, values });
      if (withoutRepeats(name, after) !== before) known.add(at);
    }
  }
  return [...seen].filter((at) => !known.has(at));
}

describe("the values of every chart", function () {
  for (const name of chartNames) {
    it(`are read by ${name}, each of them`, async function () {
      const rendering = await requireCharts(this, name);
      assert.ok(releasesOf(rendering, name).length > 0, "no variant installs the chart");
      assert.deepEqual(await findUnread(rendering, name), []);
    });
  }

  // The chart hands this map on as it is, so that a misspelled field would be rendered like any other.
  it("that istiod hands on as MeshConfig are fields of MeshConfig", async function () {
    const rendering = await requireCharts(this, "istiod");
    const messages = await loadMeshMessages();
    for (const { values } of releasesOf(rendering, "istiod")) {
      assert.deepEqual(problemsOfMessage(values.meshConfig, "MeshConfig", messages), []);
    }
  });
});
