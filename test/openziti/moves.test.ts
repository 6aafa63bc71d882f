import assert from "node:assert/strict";
import { diff } from "../../openziti/engine/diff";
import type { Kind } from "../../openziti/kinds/kind";
import type { Properties } from "../../openziti/values";
import { MemoryController } from "../support/provider-controller";
import { checked, engineOn, kindNamed, ownTags } from "../support/provider-inputs";

const otherTags = { ...ownTags, "agyn-stack": "production" };
const data = { protocols: ["tcp"], addresses: ["gateway.ziti"], portRanges: [{ low: 443, high: 443 }] };

/** What is sent beside the tags: the controller refuses a change of a config without its data. */
const kinds: readonly { readonly kind: Kind; readonly given: Properties; readonly beside: Properties }[] = [
  { kind: kindNamed("Service"), given: { name: "gateway", roleAttributes: ["a"] }, beside: {} },
  { kind: kindNamed("Config"), given: { name: "gateway", configType: "intercept.v1", data }, beside: { data } },
];

describe("an object whose state moved to another stack", () => {
  for (const { kind, given, beside } of kinds) {
    const [before, after] = [checked(kind, given), checked(kind, given, otherTags)];

    it(`differs by its tags alone, and is not replaced: ${kind.name}`, () => {
      const changes = diff(kind, before, after);
      assert.ok(changes.length > 0);
      for (const { path, replaces } of changes) assert.deepEqual([path.split(".")[0], replaces], ["tags", false]);
    });

    it(`changes its tags and nothing else, in place: ${kind.name}`, async () => {
      const controller = new MemoryController();
      const { id, state } = await engineOn(controller).create(kind, "urn", before);
      controller.bodies.length = 0;
      await engineOn(controller, { tags: otherTags }).update(kind, id, before, after, state);
      assert.deepEqual(controller.bodies, [{ ...beside, tags: otherTags }]);
      assert.deepEqual(
        controller.made(kind.collection).map((one) => [one.id, one.name]),
        [[id, "gateway"]],
      );
    });
  }
});
