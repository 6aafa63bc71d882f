import assert from "node:assert/strict";
import { problemsOf, production, settingsOf, type ByPath } from "./parsing";

const caller = {
  service: "runners",
  methods: ["ListWorkloads"],
  namespace: "ops",
  serviceAccount: "capacity-report",
  because: "it counts what runs",
};
const exception = { workload: "metering", port: 9090, mode: "PERMISSIVE", because: "Prometheus is outside" };

// What is wrong, as "key reason", in any order: everything at once, and nothing else.
function assertProblems(changes: ByPath, expected: readonly RegExp[], base: ByPath = production): void {
  const texts = problemsOf({ ...base, ...changes }).map(({ key, reason }) => `${key} ${reason}`);
  assert.equal(texts.length, expected.length, texts.join("\n"));
  for (const pattern of expected)
    assert.ok(
      texts.some((text) => pattern.test(text)),
      `${pattern}\n${texts.join("\n")}`,
    );
}

const callers: readonly [string, readonly unknown[], ...RegExp[]][] = [
  ["an unknown namespace", [{ ...caller, namespace: "agyn-platfrom" }], /\[0\]\.namespace .*"agyn-platform"/],
  ["a malformed namespace", [{ ...caller, namespace: "Ops" }], /\[0\]\.namespace .*exact name/],
  ["a namespace without proxies", [{ ...caller, namespace: "agyn-workloads" }], /\[0\]\.namespace .*no proxy/],
  ["a malformed account", [{ ...caller, serviceAccount: "-report" }], /\[0\]\.serviceAccount/],
  ["a method twice", [{ ...caller, methods: ["ListVolumes", "ListVolumes"] }], /\[0\]\.methods\[1\] .*same/],
  ["every RPC without a reason", [{ ...caller, methods: "*", because: undefined }], /\[0\]\.because is missing/],
  ["every RPC with an empty reason", [{ ...caller, methods: "*", because: "" }], /\[0\]\.because is empty/],
  ["an end that has passed", [{ ...caller, expires: "2029-12-31" }], /\[0\]\.expires .*expired on 2029-12-31/],
  ["an end that is no day", [{ ...caller, expires: "2030-02-30" }], /\[0\]\.expires is not a day/],
  ["an end in words", [{ ...caller, expires: "soon" }], /\[0\]\.expires is not of the form/],
  ["an end as a number", [{ ...caller, expires: 2031 }], /\[0\]\.expires is a number, text is needed/],
  [
    "several mistakes in one entry",
    [{ ...caller, service: "runers", namespace: "Ops", serviceAccount: "*", expires: "2029-01-01" }],
    /\[0\]\.service .*"runners"/,
    /\[0\]\.namespace/,
    /\[0\]\.serviceAccount/,
    /\[0\]\.expires/,
  ],
  [
    "mistakes of every kind in several entries",
    [{ ...caller, because: undefined }, { ...caller, service: "runers" }, caller, { ...caller, methods: ["Nothing"] }],
    /\[0\]\.because is missing/,
    /\[1\]\.service .*"runners"/,
    /\[3\]\.methods\[0\]/,
    /\[3\] names the same caller and service as mesh\.extraCallers\[2\]/,
  ],
];

describe("callers of the operator's own in the configuration", () => {
  for (const [title, extraCallers, ...expected] of callers) {
    it(`are refused with ${title}`, () => {
      assertProblems({ "mesh.extraCallers": extraCallers }, expected);
    });
  }

  it("are refused with everything else that is wrong", () => {
    assertProblems({ "mesh.extraCallers": [{ ...caller, service: "runers" }], "ingress.port": 0 }, [
      /^mesh\.extraCallers\[0\]\.service/,
      /^ingress\.port/,
    ]);
  });

  it("are shown with a command that corrects them", () => {
    const [problem] = problemsOf({ ...production, "mesh.extraCallers": [{ ...caller, service: "runers" }] });
    assert.deepEqual(problem?.fix, ["pulumi config set --path 'agyn-networking:mesh.extraCallers[0].service' runners"]);
    assert.equal(problem.received, '"runers"');
  });

  it("keep the last day of their permission, and may go without", () => {
    const both = [caller, { ...caller, service: "agents", methods: "*", expires: "2030-01-01" }];
    const { extraCallers } = settingsOf({ "mesh.extraCallers": both }).mesh;
    assert.deepEqual(
      extraCallers.map(({ expires }) => expires),
      [undefined, "2030-01-01"],
    );
  });
});

const exceptions: readonly [string, readonly unknown[], ...RegExp[]][] = [
  ["a whole namespace", [{ mode: "PERMISSIVE", because: "x" }], /\[0\]\.workload .*whole namespace of the platform/],
  [
    "a whole namespace elsewhere",
    [{ mode: "DISABLE", namespace: "ops", because: "x" }],
    /\[0\]\.workload .*whole namespace ops/,
  ],
  ["every port of a workload", [{ ...exception, port: undefined }], /\[0\]\.port .*every port of metering/],
  ["a port of everyone", [{ ...exception, workload: undefined }], /\[0\]\.workload .*which workload/],
  ["an unknown workload", [{ ...exception, workload: "meterin" }], /\[0\]\.workload .*"metering"/],
  ["STRICT", [{ ...exception, mode: "STRICT" }], /\[0\]\.mode is not among/],
  ["a port of 0", [{ ...exception, port: 0 }], /\[0\]\.port is outside/],
  ["no reason", [{ ...exception, because: undefined }], /\[0\]\.because is missing/],
  ["an unknown key", [{ ...exception, ports: [1] }], /\[0\]\.ports is an unknown key.*"port"/],
  [
    "several mistakes",
    [{ mode: "PERMISSIVE", because: "x" }, exception, exception],
    /\[0\]\.workload/,
    /\[2\] .*mesh\.exceptions\[1\] is for the same place/,
  ],
];

describe("exceptions to mutual TLS in the configuration", () => {
  for (const [title, given, ...expected] of exceptions) {
    it(`are refused in production with ${title}`, () => {
      assertProblems({ "mesh.exceptions": given }, expected);
    });
  }

  it("may open a namespace in bootstrap, but never the whole mesh", () => {
    const open = { mode: "PERMISSIVE", because: "a demonstration" };
    assertProblems({ "mesh.exceptions": [open] }, [], {});
    assertProblems({ "mesh.exceptions": [{ ...open, namespace: "istio-system" }] }, [/whole mesh/], {});
  });

  it("are none by default", () => {
    assert.deepEqual(settingsOf(production).mesh.exceptions, []);
  });
});

describe("renamed ServiceAccounts in the configuration", () => {
  const renamed = { service: "runners", serviceAccount: "agyn-runners" };

  for (const [title, given, ...expected] of [
    ["a misspelt workload", [{ ...renamed, service: "runer" }], /\[0\]\.service .*"runners"/],
    [
      "a name that another workload has",
      [{ ...renamed, serviceAccount: "agents" }],
      /\[0\]\.serviceAccount .*agents runs/,
    ],
    ["a missing name", [{ service: "runners" }], /\[0\]\.serviceAccount is missing/],
  ] as const) {
    it(`are refused with ${title}`, () => {
      assertProblems({ "mesh.serviceAccounts": given }, expected);
    });
  }

  it("name the ingress gateway only where the program does not install it", () => {
    const gateway = [{ service: "istio-ingressgateway", serviceAccount: "public-gateway" }];
    assertProblems({ "mesh.serviceAccounts": gateway, "mesh.manage": true }, [/\[0\]\.service .*installs/]);
    assertProblems({ "mesh.serviceAccounts": gateway, "mesh.manage": false }, []);
  });
});

const older = { revision: "1-30-8", version: "1.30.8" };
const revisions: readonly [title: string, changes: ByPath, ...expected: RegExp[]][] = [
  [
    "the current one",
    { "mesh.revision": "1-30-8", "mesh.retained": [older] },
    /^mesh\.retained\[0\] .*as mesh\.revision/,
  ],
  [
    "the unnamed one while it is the current one",
    { "mesh.retained": [{ ...older, revision: "default" }] },
    /^mesh\.retained\[0\] .*without mesh\.revision/,
  ],
  ["one twice", { "mesh.retained": [older, older] }, /^mesh\.retained\[1\] .*same revision as mesh\.retained\[0\]/],
  ["a name for the unnamed one", { "mesh.manage": true, "mesh.revision": "default" }, /^mesh\.revision .*unnamed/],
];

describe("revisions of Istio in the configuration", () => {
  for (const [title, changes, ...expected] of revisions) {
    it(`are refused with ${title}`, () => {
      assertProblems(changes, expected, {});
    });
  }

  it("may keep the unnamed one beside a named one, and go back", () => {
    const unnamed = { revision: "default", version: "1.31.0-rc.0" };
    assertProblems({ "mesh.revision": "1-32-0", "mesh.retained": [unnamed, older] }, [], {});
    assertProblems({ "mesh.retained": [older] }, [], {});
  });

  it("may be called default where Istio is the operator's: its webhooks answer to that name", () => {
    assertProblems({ "mesh.manage": false, "mesh.revision": "default" }, [], {});
  });
});
