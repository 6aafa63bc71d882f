import assert from "node:assert/strict";
import * as fc from "fast-check";
import { diff } from "../../openziti/engine/diff";
import { toPlannedState } from "../../openziti/engine/translate";
import { Kind } from "../../openziti/kinds/kind";
import { containsUnknown, Properties, unknown } from "../../openziti/values";
import { Crash, MemoryController } from "../support/provider-controller";
import { anyInputs, checked, engineOn, inputsOf, ownTags, reversed } from "../support/provider-inputs";

const crashes = fc.record({
  call: fc.integer({ min: 1, max: 8 }),
  when: fc.constantFrom("before" as const, "after" as const),
});

/** Two valid states of one object between which no replacement is needed. */
const twoStates = anyInputs.chain(({ kind, given }) =>
  inputsOf(kind).map((other) => ({
    kind,
    before: checked(kind, given),
    after: checked(kind, keepFixed(kind, given, other)),
  })),
);

function keepFixed(kind: Kind, given: Properties, other: Properties): Properties {
  const isFixed = (name: string) => kind.fields.some((field) => field.name === name && field.replaces);
  const free = Object.entries(other).filter(([name]) => !isFixed(name));
  const fixed = Object.entries(given).filter(([name]) => isFixed(name));
  const isOtherDocument = given["configType"] !== other["configType"];
  return { ...Object.fromEntries([...free, ...fixed]), ...(isOtherDocument && { data: given["data"] ?? {} }) };
}

/** Runs an operation that may be cut off, and after a crash once more in a new process. */
async function withCrash<T>(
  controller: MemoryController,
  crash: MemoryController["crash"],
  act: () => Promise<T>,
): Promise<T> {
  controller.calls.length = 0;
  controller.crash = crash;
  try {
    return await act();
  } catch (error) {
    if (!(error instanceof Crash)) throw error;
    controller.crash = undefined;
    return await act();
  }
}

describe("engine, whatever the inputs", () => {
  it("finds no difference between inputs and themselves", () => {
    fc.assert(
      fc.property(anyInputs, ({ kind, given }) => {
        const inputs = checked(kind, given);
        assert.deepEqual(diff(kind, inputs, inputs), []);
      }),
    );
  });

  it("changes nothing by checking twice", () => {
    fc.assert(
      fc.property(anyInputs, ({ kind, given }) => {
        const inputs = checked(kind, given);
        assert.deepEqual(checked(kind, inputs), inputs);
      }),
    );
  });

  it("does not care about the order of roles, attributes and ids", () => {
    const ordered = anyInputs.filter(({ given }) => given["configType"] !== "custom.v1"); // whose lists may mean anything
    fc.assert(
      fc.property(ordered, ({ kind, given }) => {
        assert.deepEqual(diff(kind, checked(kind, given), checked(kind, reversed(given) as Properties)), []);
      }),
    );
  });

  it("reads back what it created, by id and as an import by name", async () => {
    await fc.assert(
      fc.asyncProperty(anyInputs, async ({ kind, given }) => {
        const inputs = checked(kind, given);
        const engine = engineOn(new MemoryController());
        const { id, state } = await engine.create(kind, "urn", inputs);
        const read = await engine.tryRead(kind, id, inputs, state);
        assert.deepEqual(read && { inputs: read.inputs, state: read.state }, { inputs, state });
        const imported = await engine.tryRead(kind, kind.keyOf ? id : (inputs["name"] as string));
        assert.equal(imported?.id, id);
        const unseen = /^(enrollment|password)/;
        const changes = diff(kind, imported?.inputs ?? {}, inputs).filter(({ path }) => !unseen.test(path));
        assert.deepEqual(changes, []);
      }),
    );
  });

  it("reads back no difference after an update, and sends none when nothing changed", async () => {
    await fc.assert(
      fc.asyncProperty(twoStates, async ({ kind, before, after }) => {
        const controller = new MemoryController();
        const engine = engineOn(controller);
        const { id, state } = await engine.create(kind, "urn", before);
        await engine.update(kind, id, before, after, state);
        const read = await engine.tryRead(kind, id, after);
        assert.deepEqual(diff(kind, read?.inputs ?? {}, after), []);
        controller.bodies.length = 0;
        await engine.update(kind, id, after, reversedUnlessDocument(kind, after), state);
        assert.deepEqual(controller.bodies, []);
      }),
    );
  });

  it("sends exactly the fields that changed, and those without which the controller refuses any change", async () => {
    const patched = twoStates.filter(({ kind }) => !kind.writtenWhole);
    await fc.assert(
      fc.asyncProperty(patched, async ({ kind, before, after }) => {
        const controller = new MemoryController();
        const { id, state } = await engineOn(controller).create(kind, "urn", before);
        controller.bodies.length = 0;
        await engineOn(controller).update(kind, id, before, after, state);
        const changed = new Set(diff(kind, before, after).map(({ path }) => path.split(/[.[]/)[0]));
        if (changed.size > 0 && kind.name === "Config") changed.add("data");
        assert.deepEqual(controller.bodies.flatMap((body) => Object.keys(body)).sort(), [...changed].sort());
      }),
    );
  });

  it("ends with exactly one object when a creation is cut off anywhere and run again", async () => {
    await fc.assert(
      fc.asyncProperty(anyInputs, crashes, async ({ kind, given }, crash) => {
        const inputs = checked(kind, given);
        const controller = new MemoryController();
        const stored = await withCrash(controller, crash, () => engineOn(controller).create(kind, "urn", inputs));
        assert.deepEqual(
          controller.made(kind.collection).map(({ id }) => id),
          [stored.id],
        );
        assert.deepEqual(diff(kind, stored.inputs, inputs), []);
      }),
    );
  });

  it("finishes an update or a deletion that is cut off anywhere", async () => {
    await fc.assert(
      fc.asyncProperty(twoStates, crashes, crashes, async ({ kind, before, after }, first, second) => {
        const controller = new MemoryController();
        const { id, state } = await engineOn(controller).create(kind, "urn", before);
        await withCrash(controller, first, () => engineOn(controller).update(kind, id, before, after, state));
        controller.crash = undefined;
        const read = await engineOn(controller).tryRead(kind, id, after);
        assert.deepEqual(diff(kind, read?.inputs ?? {}, after), []);
        await withCrash(controller, second, () => engineOn(controller).remove(kind, id, "urn"));
        assert.deepEqual(controller.made(kind.collection), []);
      }),
    );
  });

  it("never sends a value that is not known yet, and counts it as a change", async () => {
    const property = fc.asyncProperty(anyInputs, fc.nat(), async ({ kind, given }, pick) => {
      const inputs = checked(kind, given);
      const names = Object.keys(inputs);
      const name = names[pick % names.length] ?? "name";
      const open = { ...inputs, [name]: unknown };
      const controller = new MemoryController();
      await assert.rejects(engineOn(controller).create(kind, "urn", open), /not known yet/);
      await assert.rejects(engineOn(controller).update(kind, "id", inputs, open, inputs), /not known yet/);
      assert.deepEqual(controller.calls, []);
      assert.ok(diff(kind, inputs, open).some(({ path }) => path === name));
    });
    await fc.assert(property);
  });

  it("shows in a preview what is declared, and the rest as unknown", () => {
    fc.assert(
      fc.property(anyInputs, ({ kind, given }) => {
        const inputs = checked(kind, given);
        const { ...planned } = toPlannedState(kind, inputs);
        for (const { name } of kind.outputs) {
          assert.equal(planned[name], unknown);
          delete (planned as Record<string, unknown>)[name];
        }
        assert.deepEqual(planned, inputs);
        assert.equal(containsUnknown(inputs), false);
      }),
    );
  });

  it("marks every object as its stack's own", () => {
    fc.assert(
      fc.property(anyInputs, ({ kind, given }) => {
        assert.deepEqual({ ...(checked(kind, given)["tags"] as object), ...ownTags }, checked(kind, given)["tags"]);
      }),
    );
  });
});

function reversedUnlessDocument(kind: Kind, inputs: Properties): Properties {
  return kind.name === "Config" ? inputs : (reversed(inputs) as Properties);
}
