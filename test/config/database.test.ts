import assert from "node:assert/strict";
import { databaseWarnings } from "../../config/database-reach";
import { formatProblems } from "../../config/problems";
import { context, problemsOf, production, settingsOf, type ByPath } from "./parsing";

const key = "zitiManagement.database";
const withUrl = (url: unknown, values: ByPath = production) => problemsOf({ ...values, [key]: url });

describe("the database of Ziti Management", () => {
  it("is required in production where Ziti Management is deployed, with the command that sets it", () => {
    const [problem, ...others] = withUrl(undefined);
    assert.deepEqual([problem?.key, others], [key, []]);
    assert.deepEqual(problem?.fix, [`pulumi config set --path --secret 'agyn-networking:${key}' < database.txt`]);
    assert.deepEqual(problemsOf({ ...production, [key]: undefined, "zitiManagement.deploy": false }), []);
  });

  it("is not needed in bootstrap", () => {
    assert.deepEqual(problemsOf({}), []);
    assert.equal(settingsOf({}).zitiManagement.database, undefined);
  });

  for (const url of [
    "postgres://zm:p%40ss@postgres:5432/ziti_management?sslmode=disable",
    "postgresql://zm@db.acme-robotics.io/zm",
    "postgres://zm:secret@[fd00::5]:6432/zm",
  ]) {
    it(`may be ${url}`, () => assert.deepEqual(withUrl(url), []));
  }

  for (const [url, reason] of [
    ["mysql://zm:hunter2@db/zm", /does not begin with postgres/],
    ["postgres://zm:hunter2@db", /names no database/],
    ["postgres://zm:hunter2@db/", /names no database/],
    ["postgres://db:5432/hunter2", /names no user/],
    ["postgres://zm:hunter2@localhost/zm", /the pod of Ziti Management itself/],
    ["postgres://zm:hunter2@127.0.0.1/zm", /the pod of Ziti Management itself/],
    ["postgres://zm:hun#ter2@db/zm", /no URL|fragment/],
    ["hunter2", /is no URL/],
    [" postgres://zm:hunter2@db/zm", /white space/],
    [5432, /is a number/],
  ] as const) {
    it(`is refused as ${String(url)}, without being printed`, () => {
      const problems = withUrl(url);
      assert.match(problems.find((problem) => problem.key === key)?.reason ?? "", reason);
      assert.doesNotMatch(formatProblems(problems, context), /hunter2|hun#ter2/);
    });
  }

  it("is refused where nobody would use it", () => {
    const [problem, ...others] = withUrl("postgres://zm:x@db/zm", { "zitiManagement.deploy": false });
    assert.deepEqual(
      [problem?.key, problem?.fix, others],
      [key, [`pulumi config rm --path 'agyn-networking:${key}'`], []],
    );
  });
});

describe("the warning about a database that the network policies close", () => {
  const warnings = (url: string, values: ByPath = {}) =>
    databaseWarnings(settingsOf({ [key]: url, "networkPolicies.enabled": true, ...values }));
  const egress = (ports?: readonly number[]) => ({
    "networkPolicies.internetEgress": [
      {
        service: "ziti-management",
        destinations: ["203.0.113.7/32"],
        because: "Its database.",
        ...(ports && { ports }),
      },
    ],
  });

  it("names host, port and setting, and not the password", () => {
    const [warning = "", ...others] = warnings("postgres://zm:hunter2@db.acme-robotics.io:6432/zm");
    assert.match(warning, /db\.acme-robotics\.io:6432.*networkPolicies\.internetEgress/);
    assert.doesNotMatch(warning, /hunter2/);
    assert.deepEqual(others, []);
    assert.equal(
      warnings("postgres://zm:x@203.0.113.7/zm", egress()).length,
      1,
      "the default port is not the database's",
    );
  });

  for (const host of ["postgres.data.svc", "postgres.data.svc.cluster.local", "pg.agyn-platform.svc", "pg"]) {
    it(`tells of a Service that no policy lets Ziti Management reach: ${host}`, () => {
      const [warning = "", ...others] = warnings(`postgres://zm:hunter2@${host}:5432/zm`);
      assert.ok(warning.includes(`${host}:5432: write a NetworkPolicy of your own in agyn-platform`), warning);
      assert.deepEqual(others, []);
    });
  }

  it("is not given for the platform's own store, an opened way, or without policies", () => {
    for (const host of ["postgres", "postgres.agyn-platform", "postgres.agyn-platform.svc.cluster.local"]) {
      assert.deepEqual(warnings(`postgres://zm:x@${host}/zm`), [], host);
    }
    assert.deepEqual(warnings("postgres://zm:x@203.0.113.7/zm", egress([5432])), []);
    assert.deepEqual(warnings("postgres://zm:x@db.acme.io/zm", { "networkPolicies.enabled": false }), []);
  });
});
