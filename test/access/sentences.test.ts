import assert from "node:assert/strict";
import { buildModel } from "../../access/model/model";
import type { ExtraCaller, MeshException, MeshOptions } from "../../access/model/options";
import { findOutsideMesh } from "../../access/answers/outside-mesh";
import { describeExceptions, describeExtraCallers, describePatterns } from "../../access/answers/sentences";
import { optionsWith, optionsWithExtras } from "./options";

const caller: ExtraCaller = {
  service: "runners",
  methods: ["ListWorkloads"],
  namespace: "ops",
  serviceAccount: "capacity-report",
  because: "it counts what runs.",
};
const modelWith = (mesh: Partial<MeshOptions>) => buildModel(optionsWith({ mesh }));

const callers: readonly [string, Partial<ExtraCaller>, string][] = [
  ["one RPC", {}, "ops/capacity-report may call runners.ListWorkloads, because: it counts what runs."],
  [
    "two RPCs and an end",
    { methods: ["ListVolumes", "ListWorkloads"], expires: "2031-01-31" },
    "ops/capacity-report may call runners.ListWorkloads and runners.ListVolumes, until 2031-01-31, because: it counts what runs.",
  ],
  [
    "every RPC of a service",
    { service: "metering", methods: "*" },
    "ops/capacity-report may call every RPC of metering (2), because: it counts what runs.",
  ],
  [
    "a data store",
    { service: "postgres", methods: "*" },
    "ops/capacity-report may use everything in postgres, because: it counts what runs.",
  ],
  [
    "an RPC that the specification gives to one caller alone",
    { methods: ["CreateWorkload"] },
    "ops/capacity-report may call runners.CreateWorkload, because: it counts what runs. The specification gives " +
      "runners.CreateWorkload to named callers alone; this is one more.",
  ],
];

describe("the sentence on an extra caller", () => {
  for (const [title, change, expected] of callers) {
    it(`says what it opens: ${title}`, () => {
      assert.deepEqual(describeExtraCallers(modelWith({ extraCallers: [{ ...caller, ...change }] })), [expected]);
    });
  }

  it("is there for each of them, and for nothing else", () => {
    assert.deepEqual(describeExtraCallers(modelWith({})), []);
    assert.equal(describeExtraCallers(modelWith({ extraCallers: [caller, { ...caller, namespace: "b" }] })).length, 2);
  });
});

const exceptions: readonly [string, Omit<MeshException, "because">, string][] = [
  [
    "a port that has no callers of its own",
    { workload: "metering", port: 9090, mode: "PERMISSIVE" },
    "Port 9090 of platform/metering accepts plaintext beside mutual TLS, because: why. Whoever reaches the port may use it.",
  ],
  [
    "a port with callers",
    { workload: "metering", port: 50051, mode: "PERMISSIVE" },
    "Port 50051 of platform/metering accepts plaintext beside mutual TLS, because: why. Its callers are known by their " +
      "certificates: who has none is denied.",
  ],
  [
    "a port elsewhere",
    { workload: "scraper", port: 9090, namespace: "ops", mode: "DISABLE" },
    "Port 9090 of ops/scraper accepts plaintext alone, because: why.",
  ],
  [
    "a workload",
    { workload: "metering", mode: "DISABLE" },
    "Every port of platform/metering accepts plaintext alone, because: why.",
  ],
  ["a namespace", { mode: "PERMISSIVE" }, "Every pod in platform accepts plaintext beside mutual TLS, because: why."],
];

describe("the sentence on an exception to mutual TLS", () => {
  for (const [title, exception, expected] of exceptions) {
    it(`says what it opens: ${title}`, () => {
      assert.deepEqual(describeExceptions(modelWith({ exceptions: [{ ...exception, because: "why" }] })), [expected]);
    });
  }
});

describe("the sentences on the specification's patterns", () => {
  const about = (texts: readonly string[], rpc: string) => texts.find((text) => text.startsWith(`${rpc}: `));

  it("name the specification's callers alone in a plain installation", () => {
    const texts = describePatterns(buildModel(optionsWith()));
    assert.equal(texts.length, 10);
    assert.equal(about(texts, "agents.ResolveAgentIdentity"), "agents.ResolveAgentIdentity: platform/tracing");
    assert.equal(about(texts, "agents.GetAgent"), "agents.GetAgent: platform/agents-orchestrator and platform/gateway");
  });

  it("say that the Egress Gateway joined, and through which setting", () => {
    assert.equal(
      about(describePatterns(buildModel(optionsWithExtras())), "agents.ResolveAgentIdentity"),
      "agents.ResolveAgentIdentity: platform/tracing; besides, through overlay.platformExtras: platform/egress-gateway",
    );
  });

  it("name the operator's own callers", () => {
    const texts = describePatterns(modelWith({ extraCallers: [{ ...caller, methods: ["CreateWorkload"] }] }));
    assert.match(
      about(texts, "runners.CreateWorkload") ?? "",
      /besides, through mesh\.extraCallers: ops\/capacity-report$/,
    );
  });
});

describe("the list of what is outside of the mesh", () => {
  const list = findOutsideMesh(optionsWith().namespaces);

  for (const [topic, form] of [
    ["overlay traffic into SDK listeners", /OpenZiti SDK/],
    ["the overlay's namespace", /namespace ziti/],
    ["the workloads' namespace", /namespace workloads/],
    ["Jobs", /Jobs/],
    ["probes", /Probes/],
    ["webhooks", /webhooks/],
  ] as const) {
    it(`has ${topic}, with the reason and what guards it instead`, () => {
      const found = list.filter(({ what, because }) => form.test(`${what} ${because}`));
      assert.ok(found.length > 0);
      for (const { because, guardedBy } of found) assert.ok(because.endsWith(".") && guardedBy.endsWith("."));
    });
  }
});
