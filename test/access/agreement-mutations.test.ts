import assert from "node:assert/strict";
import type { Model } from "../../access/model/model";
import { renderAll, type Rendering } from "../../access/render/render-all";
import { Answers, compare } from "../support/agreement/answers";
import { answerFaults, grounds, renderFaults, type GroundName } from "../support/agreement/faults";
import { installationOf, providers, type Installation } from "../support/agreement/installations";
import { oracleOf } from "../support/agreement/oracle";

function disagreements(installation: Installation, asked: Model, rendering: Rendering): number {
  const oracle = oracleOf(installation, rendering);
  return compare(new Answers(asked, oracle.ports()), oracle, 1).disagreements.length;
}

describe("the agreement of answers and objects", function () {
  this.timeout(600_000);

  const [istio] = providers;
  assert.ok(istio);
  const scene = (ground: GroundName) => {
    const installation = installationOf(istio, grounds[ground]);
    return { installation, model: installation.model, rendering: renderAll(installation.model) };
  };

  for (const [title, change, ground = "mesh"] of renderFaults) {
    it(`notices a fault of a renderer: ${title}`, () => {
      const { installation, model, rendering } = scene(ground);
      assert.equal(disagreements(installation, model, change(rendering)) > 0, true);
    });
  }
  for (const [title, change, ground = "mesh"] of answerFaults) {
    it(`notices a fault of an answer: ${title}`, () => {
      const { installation, model, rendering } = scene(ground);
      assert.equal(disagreements(installation, change(model), rendering) > 0, true);
    });
  }
});
