import assert from "node:assert/strict";
import { loadGuideBlocks } from "../../support/guide-blocks";
import { loadActions, loadWorkflow, repeated } from "../../support/workflow";

const withoutComments = (text: string) =>
  text
    .split("\n")
    .map((line) => line.replace(/ +#.*$/, "").trim())
    .filter((line) => line !== "");

describe("the workflow that runs a cluster of kind", () => {
  const steps = loadWorkflow("kind.yml", "cluster");

  it("consists of commands that the guide has and the tests run, and of one step that they run beside it", () => {
    const blocks = loadGuideBlocks().filter(({ page, place }) => page === "docs/guides/kind.md" && place === "kind");
    const tested = new Set(blocks.flatMap(({ text }) => withoutComments(text)));
    const others = new Map<string, readonly string[]>();
    for (const { name, run } of steps) {
      const untested = withoutComments(run).filter((line) => !tested.has(line));
      if (untested.length > 0) others.set(name, untested);
    }
    assert.deepEqual([...others.keys()], ["Install", repeated, "What pods said"]);
    assert.deepEqual(others.get("What pods said"), ["kubectl get pods,events --all-namespaces"]);
  });

  it("asks for kind by name: elsewhere it would judge the engines of the runner", () => {
    assert.ok(steps.some(({ run }) => run.includes("up --kind")));
  });

  it("names a version of every action", () => {
    for (const action of loadActions("kind.yml", "cluster")) assert.match(action, /@v\d+$/);
  });
});
