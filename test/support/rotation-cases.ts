import assert from "node:assert/strict";
import type { AdminCredential } from "../../cli/rotate/credential";
import type { ContractTarget } from "./contract-api";
import { assertRotated, Killed, RotationScene } from "./rotation-scene";

const kinds: readonly AdminCredential["kind"][] = ["password", "certificate"];

/** The cases of a rotation, against the double and against the real controller. */
export function describeRotation(target: () => ContractTarget): void {
  for (const kind of kinds) {
    it(`replaces an operator's password by a ${kind}`, async () => {
      const scene = await RotationScene.start(target());
      const old = scene.applied;
      await scene.rotate(kind);
      assert.equal(scene.applied.kind, kind);
      await assertRotated(scene, old);
    });

    it(`replaces a ${kind} it made itself by one of the same kind, and removes the identity it made`, async () => {
      const scene = await RotationScene.start(target());
      await scene.rotate(kind);
      const [old, [first]] = [scene.applied, await scene.made()];
      await scene.rotate();
      assert.equal(scene.applied.kind, kind);
      await assertRotated(scene, old);
      const [second] = await scene.made();
      assert.ok(first && second && first !== second);
      assert.match(scene.said.at(-1) ?? "", new RegExp(`${first} and its credential are removed`));
    });

    it(`finishes a rotation to a ${kind} that was killed between any two of its steps, never locked out`, async function () {
      this.timeout(120_000); // one rotation for each step
      const steps = await (await RotationScene.start(target())).rotate(kind);
      assert.ok(steps > 12, `${steps} steps`);
      for (let last = 0; last <= steps; last += 1) await killAndFinish(target(), kind, last);
    });
  }

  it("keeps the controller's first administrator, and says so", async () => {
    const scene = await RotationScene.start(target());
    const { username, password } = target();
    scene.applied = { kind: "password", username, password };
    await scene.rotate();
    assert.equal(await scene.logsIn({ kind: "password", username, password }), true);
    assert.match(scene.said.at(-1) ?? "", /first administrator, kept for emergencies/);
  });
}

async function killAndFinish(target: ContractTarget, kind: AdminCredential["kind"], lastStep: number): Promise<void> {
  const scene = await RotationScene.start(target);
  const old = scene.applied;
  await assert.rejects(scene.rotate(kind, lastStep), Killed);
  assert.ok(await scene.logsIn(scene.applied), `the credential in use is valid after step ${lastStep}`);
  // The last step of all removes the notes: a further run would be a rotation of its own.
  const isOver = scene.journal === undefined && scene.applied !== old;
  if (!isOver) await scene.rotate(kind);
  await assertRotated(scene, old);
}
