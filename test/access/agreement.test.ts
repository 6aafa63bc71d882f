import assert from "node:assert/strict";
import { renderAll } from "../../access/render/render-all";
import { Answers, compare } from "../support/agreement/answers";
import { allInstallations, drawnInstallations } from "../support/agreement/installations";
import { oracleOf } from "../support/agreement/oracle";

const installations = process.env.AGYN_AGREEMENT === "full" ? allInstallations() : drawnInstallations();

describe("every answer", function () {
  // Some ten thousand pairs for each installation: a loaded machine takes its time.
  this.timeout(600_000);

  let comparisons = 0;
  for (const installation of installations) {
    it(`agrees with what is rendered: ${installation.title}`, () => {
      const { model } = installation;
      const oracle = oracleOf(installation, renderAll(model));
      const agreement = compare(new Answers(model, oracle.ports()), oracle, 20);
      const told = agreement.disagreements.map(
        ({ answer, client, target, says }) => `${answer}: ${client} ${says ? "may" : "may not"} use ${target}`,
      );
      assert.deepEqual(told, []);
      comparisons += agreement.comparisons;
    });
  }

  after(() => console.log(`      ${comparisons} comparisons in ${installations.length} installations`));
});
