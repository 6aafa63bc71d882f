import assert from "node:assert/strict";
import type { Pod, Service } from "../../cli/preflight/facts";
import type { Reading } from "../../kubernetes/reading";
import { assertCase, examineCase, podOf, serviceWith, type Case, unmanaged } from "./preflight-facts";

const subject = /^database of Ziti Management$/;
const own = "ziti-management-db";
const pods = (...value: Pod[]): { pods: Reading<readonly Pod[]> } => ({ pods: { value } });
const ready = (name: string, status: "True" | "False"): Pod => ({
  ...podOf(name),
  status: { conditions: [{ type: "Ready", status }] },
});
const services = (...names: string[]): { services: Reading<readonly Service[]> } => ({
  services: { value: names.map((name) => serviceWith(name, [{ name: "tcp", port: 5432 }])) },
});
const operators = (database: unknown) => ({ ...unmanaged, "zitiManagement.database": database });
const inPlatform = operators("postgres://zm:hunter2@postgres:5432/zm");

const cases: readonly Case[] = [
  {
    title: "of the stack's own is ready",
    change: () => pods(ready(own, "True")),
    ...{ verdict: "pass", subject, cause: /stack's own.*is ready/, fix: /^$/ },
  },
  {
    title: "of the stack's own takes no connections",
    change: () => pods(ready(own, "False")),
    ...{ verdict: "fail", subject, cause: /takes no connections/, fix: /kubectl -n agyn-platform logs/ },
  },
  {
    title: "of the stack's own is not there yet",
    change: () => pods(podOf("ziti-management")),
    ...{ verdict: "warn", subject, cause: /does not run/, fix: /pulumi up/ },
  },
  {
    title: "of the operator's serves a Ziti Management that is ready",
    settings: inPlatform,
    change: () => pods(ready("ziti-management", "True")),
    ...{ verdict: "pass", subject, cause: /Ziti Management is ready/, fix: /^$/ },
  },
  {
    title: "of the operator's is a Service that is not there",
    settings: inPlatform,
    change: () => ({ ...pods(), ...services("other") }),
    ...{ verdict: "fail", subject, cause: /no Service postgres in agyn-platform/, fix: /zitiManagement\.database/ },
  },
  {
    title: "of the operator's is a Service that is there",
    settings: inPlatform,
    change: () => ({ ...pods(ready("ziti-management", "False")), ...services("postgres") }),
    ...{ verdict: "pass", subject, cause: /Service postgres/, fix: /^$/ },
  },
  {
    title: "of the operator's is outside",
    settings: operators("postgres://zm:hunter2@db.acme.io/zm"),
    change: () => pods(),
    ...{ verdict: "unknown", subject, cause: /^db\.acme\.io is reached from the cluster alone/, fix: /after/ },
  },
  {
    title: "of the operator's is encrypted",
    settings: operators({ secure: "v1:abc" }),
    change: () => pods(),
    ...{ verdict: "unknown", subject, cause: /encrypted here/, fix: /after/ },
  },
  {
    title: "cannot be looked for",
    change: () => ({ pods: { lacks: { verb: "list", resource: "pods", namespace: "agyn-platform" } } }),
    ...{ verdict: "unknown", subject, cause: /may not list pods/, fix: /RBAC/ },
  },
];

describe("preflight of the database of Ziti Management", () => {
  for (const each of cases) it(`${each.verdict}: ${each.title}`, () => assertCase("database", each));

  it("says nothing where the platform's own charts run Ziti Management", () => {
    const settings = { ...unmanaged, "zitiManagement.deploy": false };
    assert.deepEqual(examineCase("database", { settings, change: () => ({}) }), []);
  });
});
