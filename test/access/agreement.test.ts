import assert from "node:assert/strict";
import { dialRoleOf } from "../../access/answers/overlay-layer";
import type { Client } from "../../access/answers/client";
import { renderAll, type Rendering } from "../../access/render/render-all";
import { Answers, compare } from "../support/agreement/answers";
import { allInstallations, drawnInstallations, type Installation } from "../support/agreement/installations";
import { Oracle } from "../support/agreement/oracle";

function rolesOf(client: Client): readonly string[] {
  const role = dialRoleOf(client);
  return role === undefined ? [] : [`#${role}`];
}

function oracleOf({ model, entry }: Installation, rendering: Rendering): Oracle {
  const accounts = Object.fromEntries(
    model.options.mesh.serviceAccounts.map((one) => [one.service, one.serviceAccount]),
  );
  return new Oracle(rendering, { entry, accounts, podPort: 443 });
}

const installations = process.env.AGYN_AGREEMENT === "full" ? allInstallations() : drawnInstallations();

describe("every answer", function () {
  // Some ten thousand pairs for each installation: a loaded machine takes its time.
  this.timeout(600_000);

  let comparisons = 0;
  for (const installation of installations) {
    it(`agrees with what is rendered: ${installation.title}`, () => {
      const { model } = installation;
      const oracle = oracleOf(installation, renderAll(model));
      const agreement = compare(new Answers(model, rolesOf, oracle.ports()), oracle, 20);
      const told = agreement.disagreements.map(
        ({ answer, client, target, says }) => `${answer}: ${client} ${says ? "may" : "may not"} use ${target}`,
      );
      assert.deepEqual(told, []);
      comparisons += agreement.comparisons;
    });
  }

  after(() => console.log(`      ${comparisons} comparisons in ${installations.length} installations`));
});
