import assert from "node:assert/strict";
import { diff } from "../../openziti/engine/diff";
import { MemoryController } from "../support/provider-controller";
import { checked, engineOn, kindNamed, ownTags } from "../support/provider-inputs";

const service = kindNamed("Service");
const otherTags = { ...ownTags, "agyn-stack": "production" };

describe("an object whose state moved to another stack", () => {
  const given = { name: "gateway", roleAttributes: ["a"] };
  const [before, after] = [checked(service, given), checked(service, given, otherTags)];

  it("differs by its tags alone, and is not replaced", () => {
    const changes = diff(service, before, after);
    assert.ok(changes.length > 0);
    for (const { path, replaces } of changes) assert.deepEqual([path.split(".")[0], replaces], ["tags", false]);
  });

  it("changes its tags and nothing else, in place", async () => {
    const controller = new MemoryController();
    const { id, state } = await engineOn(controller).create(service, "urn", before);
    controller.bodies.length = 0;
    await engineOn(controller, { tags: otherTags }).update(service, id, before, after, state);
    assert.deepEqual(controller.bodies, [{ tags: otherTags }]);
    assert.deepEqual(
      controller.all("services").map((one) => [one.id, one.name]),
      [[id, "gateway"]],
    );
  });
});
