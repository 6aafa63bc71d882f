import assert from "node:assert/strict";
import { diagnose } from "../../kubernetes/diagnosis/diagnose";
import { toNews, type Memory } from "../../kubernetes/diagnosis/news";
import { crashed, observedWith, waiting } from "./observed";

describe("what a run tells of its pods", () => {
  const crash = diagnose(observedWith({ pods: [crashed(1)] }));
  const image = diagnose(observedWith({ pods: [waiting("ErrImagePull", "manifest unknown")] }));
  const nothing: Memory = new Map();

  it("is told at once where it does not pass by itself", () => {
    assert.equal(toNews(nothing, image, 0).fresh.length, 1);
  });

  it("is told only when it has lasted where it may pass by itself", () => {
    const first = toNews(nothing, crash, 0);
    assert.equal(first.fresh.length, 0);
    assert.equal(toNews(first.memory, crash, 9_999).fresh.length, 0);
    assert.equal(toNews(first.memory, crash, 10_000).fresh.length, 1);
  });

  it("is told once, also when it goes away and comes back, and with another pod", () => {
    const first = toNews(nothing, image, 0);
    const backingOff = diagnose(observedWith({ pods: [waiting("ImagePullBackOff", "manifest unknown")] }));
    const second = toNews(first.memory, backingOff, 10_000);
    assert.deepEqual(second.fresh, []);
    const third = toNews(toNews(second.memory, [], 20_000).memory, image, 30_000);
    assert.deepEqual(third.fresh, []);
  });

  it("has to last anew when it went away before it was told", () => {
    const first = toNews(nothing, crash, 0);
    const gone = toNews(first.memory, [], 5_000);
    assert.deepEqual(toNews(gone.memory, crash, 10_000).fresh, []);
  });
});
