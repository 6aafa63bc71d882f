import type { Stack } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { type ControllerFront, type Passed, startControllerFront } from "../../support/controller-front";
import { PulumiSandbox } from "../support/pulumi-sandbox";
import { controllers, type Restartable } from "./controllers";
import { faults } from "./faults";
import { namesOf, network, networkProgram, objectsOf, renamed } from "./network";

/** Each fault strikes an `up` of the overlay's network: nothing is doubled, nothing is lost, and the run says what happened. */
for (const [what, start] of controllers) {
  describe(`a stack and ${what}`, () => {
    let sandbox: PulumiSandbox | undefined;
    let controller: Restartable | undefined;
    let front: ControllerFront;
    let stack: Stack;

    before(`needs Pulumi and ${what}`, async function () {
      sandbox = await PulumiSandbox.tryOpen();
      controller = sandbox && (await start());
      if (sandbox === undefined || controller === undefined) return this.skip();
      front = await startControllerFront(controller);
      stack = await sandbox.open("faults", "one", networkProgram(front));
    });
    after(async () => {
      await (front as ControllerFront | undefined)?.close();
      await controller?.stop();
      sandbox?.remove();
    });

    for (const { title, disturb, says, repair } of faults) {
      const ending = says ? "fails up, says why, and the next one finishes it" : "ends up with every object once";
      it(`${ending}, when ${title}`, async () => {
        const begun: Promise<unknown>[] = [];
        front.passed.length = 0;
        for (const each of disturb(controller!, begun)) front.disturb(each);
        if (says) await assert.rejects(stack.up(), says);
        else await stack.up();
        front.takeBack();
        await Promise.all(begun);
        await repair?.(controller!);
        if (says) await stack.up();
        assert.deepEqual(await objectsOf(controller!, "one"), namesOf(network));
        assert.deepEqual(createdTwice(front.passed), []);
        await stack.preview({ refresh: true, expectNoChanges: true });
        await stack.destroy();
      });
    }

    it("is destroyed to the last object, when connections are cut after a DELETE was accepted", async () => {
      await stack.up();
      front.disturb({ method: "DELETE", times: 4, isCut: true });
      await stack.destroy();
      front.takeBack();
      assert.deepEqual(await objectsOf(controller!, "one"), []);
    });

    it("goes up beside another stack at the same time", async () => {
      const theirs = renamed(network, "their-");
      const other = await sandbox!.open("faults", "two", networkProgram(front, theirs));
      await Promise.all([stack.up(), other.up()]);
      assert.deepEqual(await objectsOf(controller!, "one"), namesOf(network));
      assert.deepEqual(await objectsOf(controller!, "two"), namesOf(theirs));
      await Promise.all([stack.destroy(), other.destroy()]);
      assert.deepEqual(await objectsOf(controller!, "one"), []);
      assert.deepEqual(await objectsOf(controller!, "two"), []);
    });

    it("shares no object with a stack of the same program that goes up at the same time: each name is one's", async () => {
      front.passed.length = 0;
      const rival = await sandbox!.open("faults", "two", networkProgram(front));
      const outcomes = await Promise.allSettled([stack.up(), rival.up()]);
      const failed = outcomes.filter(({ status }) => status === "rejected") as PromiseRejectedResult[];
      assert.ok(failed.length > 0, "both have the names");
      for (const { reason } of failed) assert.match(String(reason), /exists already and belongs to stack "(one|two)"/);
      assert.deepEqual(createdTwice(front.passed), []);
      await rival.destroy();
      await stack.up();
      assert.deepEqual(await objectsOf(controller!, "one"), namesOf(network));
      assert.deepEqual(await objectsOf(controller!, "two"), []);
      await stack.destroy();
    });
  });
}

// What was made more often than once.
function createdTwice(passed: readonly Passed[]): readonly string[] {
  const made = passed
    .filter(({ method, status }) => method === "POST" && status === 201)
    .map(({ target, body }) => `${target} ${(JSON.parse(body) as { name: string }).name}`);
  return made.filter((name, index) => made.indexOf(name) !== index);
}
