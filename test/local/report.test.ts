import { strict as assert } from "node:assert";
import type { PlatformRecord } from "../../local/platform/record";
import type { Progress } from "../../local/stack/progress";
import { renderSummary } from "../../local/stack/report";

const record = { kubernetesPlugin: "real", controller: "real" } as PlatformRecord;

function closing(operation: "up" | "destroy", changes: Record<string, number>): string {
  const progress = {
    changes: new Map(Object.entries(changes)),
    refreshed: new Map(),
    layers: new Map(),
  } as unknown as Progress;
  return renderSummary({ operation, progress, record, seconds: 5 }).join("\n");
}

describe("the closing summary", () => {
  it("counts what an up changed and what it left", () => {
    assert.match(closing("up", { create: 3, same: 76 }), /up: 3 created, 76 unchanged in 5 s/);
  });

  it("says that nothing changed", () => {
    assert.match(closing("up", { same: 79 }), /up: 0 changed, 79 unchanged in 5 s/);
  });

  it("counts what a destroy deleted, not what the program found before", () => {
    assert.match(closing("destroy", { delete: 79, same: 79 }), /destroy: 79 deleted in 5 s/);
  });
});
