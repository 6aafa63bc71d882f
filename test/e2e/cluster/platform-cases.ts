import assert from "node:assert/strict";
import type { PlatformReport } from "../node/platform-main";

/** What the stand-in platform's requests have to come to, as `platform-main` reports them. */
export function describePlatformCases(report: () => PlatformReport | undefined): void {
  const told = (): PlatformReport => {
    const found = report();
    assert.ok(found);
    return found;
  };

  it("answers whatever its pods ask for while there is no policy", () => {
    const { disagreements, arrived, sent, denied } = told().open;
    assert.deepEqual(disagreements.slice(0, 20), []);
    // Names of workloads without a Service are the only ones that nothing answers for.
    assert.ok(denied > 0 && denied < 10, String(denied));
    assert.equal(arrived + denied, sent);
  });

  it("lets arrive and denies exactly what explain says, with every network policy enforced", () => {
    const { disagreements, arrived, denied, sent, table } = told().closed;
    assert.deepEqual(disagreements.slice(0, 20), []);
    assert.ok(sent > 1_000 && arrived > 300 && denied > 300, table);
  });

  it("notices policies that open a store to everyone", () => {
    const { disagreements, table } = told().leak;
    assert.ok(disagreements.length > 5, table);
    for (const title of disagreements) assert.match(title, /-> postgres .* does not arrive by network policies/);
  });
}
