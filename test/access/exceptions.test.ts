import assert from "node:assert/strict";
import { validateExceptions, validateExceptionScope } from "../../access/model/exceptions";
import { buildModel } from "../../access/model/model";
import type { MeshException } from "../../access/model/options";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import { renderMeshExceptions } from "../../access/render/mesh-exceptions";
import { renderPeerAuthentication } from "../../access/render/peer-authentication";
import { decide, type Verdict } from "../support/istio-evaluator";
import { optionsWith } from "./options";

const { namespaces } = optionsWith();
const scrape: MeshException = {
  workload: "metering",
  port: 9090,
  mode: "PERMISSIVE",
  because: "Prometheus has no sidecar.",
};

function meshWith(...exceptions: MeshException[]) {
  const model = buildModel(optionsWith({ mesh: { exceptions } }));
  const policies = [
    renderPeerAuthentication(model),
    ...renderMeshExceptions(model),
    ...renderAuthorizationPolicies(model),
  ];
  return { policies, rootNamespace: "istio-system", trustDomain: "cluster.local" };
}

function plaintext(workload: string, port: number) {
  const labels = { "app.kubernetes.io/name": workload };
  return { namespace: "platform", labels, port, method: "GET", path: "/metrics", headers: {} };
}

describe("an exception to mutual TLS", () => {
  it("is a PeerAuthentication for one port of one workload, the rest of which stays STRICT", () => {
    const [policy, ...more] = renderMeshExceptions(buildModel(optionsWith({ mesh: { exceptions: [scrape] } })));
    assert.deepEqual(more, []);
    assert.deepEqual(policy?.spec, {
      selector: { matchLabels: { "app.kubernetes.io/name": "metering" } },
      mtls: { mode: "STRICT" },
      portLevelMtls: { "9090": { mode: "PERMISSIVE" } },
    });
    assert.match(JSON.stringify(policy?.metadata.annotations), /Prometheus has no sidecar/);
  });

  it("shares one object with the others of its workload: of two, Istio would obey the older", () => {
    const model = buildModel(
      optionsWith({ mesh: { exceptions: [scrape, { ...scrape, port: 9091, mode: "DISABLE" }] } }),
    );
    assert.deepEqual(
      renderMeshExceptions(model).map(({ spec }) => spec.portLevelMtls),
      [{ "9090": { mode: "PERMISSIVE" }, "9091": { mode: "DISABLE" } }],
    );
  });

  const verdicts: readonly [string, string, number, Verdict][] = [
    ["opens its port to whoever reaches it", "metering", 9090, "allowed"],
    ["leaves the RPCs of its workload refused", "metering", 50051, "refused"],
    ["leaves other ports of its workload refused", "metering", 9091, "refused"],
    ["leaves the same port of other workloads refused", "runners", 9090, "refused"],
  ];
  for (const [title, workload, port, expected] of verdicts) {
    it(title, () => {
      assert.equal(decide(meshWith(scrape), plaintext(workload, port)), expected);
    });
  }

  it("opens no RPC: without a certificate there is no caller to allow", () => {
    const request = {
      ...plaintext("metering", 50051),
      method: "POST",
      path: "/agynio.api.metering.v1.MeteringService/Record",
    };
    assert.equal(decide(meshWith({ ...scrape, port: 50051 }), request), "denied");
    const orchestrator = { ...request, principal: "cluster.local/ns/platform/sa/agents-orchestrator" };
    assert.equal(decide(meshWith({ ...scrape, port: 50051 }), orchestrator), "allowed");
  });

  it("opens a port of a workload that nobody calls", () => {
    assert.equal(
      decide(meshWith({ ...scrape, workload: "slack-connector" }), plaintext("slack-connector", 9090)),
      "allowed",
    );
  });

  it("leaves everything STRICT when there is none", () => {
    assert.deepEqual(renderMeshExceptions(buildModel(optionsWith())), []);
  });

  it("may be for a workload in another namespace, or a whole namespace", () => {
    const elsewhere = { mode: "PERMISSIVE", namespace: "ops", because: "no sidecars there yet" } as const;
    const model = buildModel(optionsWith({ mesh: { exceptions: [elsewhere, { ...elsewhere, workload: "scraper" }] } }));
    assert.deepEqual(
      renderMeshExceptions(model).map(({ metadata, spec }) => [
        metadata.namespace,
        metadata.name,
        spec.selector,
        spec.mtls,
      ]),
      [
        ["ops", "exception", undefined, { mode: "PERMISSIVE" }],
        ["ops", "exception-scraper", { matchLabels: { "app.kubernetes.io/name": "scraper" } }, { mode: "PERMISSIVE" }],
      ],
    );
  });
});

const mistakes: readonly [string, MeshException, string, RegExp][] = [
  ["a misspelt workload", { ...scrape, workload: "meterin" }, "workload", /"metering"/],
  ["a port of everyone", { ...scrape, workload: undefined }, "workload", /which workload/],
  ["a pattern of workloads", { ...scrape, namespace: "ops", workload: "scrape*" }, "workload", /exact name/],
  ["a pattern of namespaces", { ...scrape, namespace: "ops*" }, "namespace", /exact name/],
  ["a namespace without proxies", { ...scrape, namespace: "workloads" }, "namespace", /no proxy/],
  ["the whole mesh", { mode: "PERMISSIVE", namespace: "istio-system", because: "x" }, "namespace", /whole mesh/],
  ["callers without certificates", { ...scrape, port: 50051, mode: "DISABLE" }, "mode", /every call would be denied/],
  [
    "a data store without certificates",
    { ...scrape, workload: "postgres", port: 5432, mode: "DISABLE" },
    "mode",
    /denied/,
  ],
  ["no reason", { ...scrape, port: 9091, because: " " }, "because", /why/],
];

describe("the check of exceptions", () => {
  for (const [title, wrong, field, fix] of mistakes) {
    it(`reports ${title}`, () => {
      const problems = validateExceptions([scrape, wrong], namespaces);
      assert.deepEqual(
        problems.map(({ key }) => key),
        [`mesh.exceptions[1].${field}`],
      );
      assert.match(problems[0]?.fix ?? "", fix);
    });
  }

  it("reports the same place twice", () => {
    const again = { ...scrape, namespace: "platform", mode: "DISABLE" } as const;
    const [problem] = validateExceptions([scrape, again], namespaces);
    assert.equal(problem?.key, "mesh.exceptions[1]");
    assert.match(problem.fix, /mesh\.exceptions\[0\]/);
  });

  it("keeps an invalid one out of the model", () => {
    assert.throws(() => meshWith({ ...scrape, workload: "meterin" }), /mesh\.exceptions\[0\]\.workload/);
  });
});

describe("the scope of exceptions in production", () => {
  const because = "x";
  for (const [title, exception, keys] of [
    ["accepts one port of one workload", scrape, []],
    ["refuses a whole namespace", { mode: "PERMISSIVE", because }, ["mesh.exceptions[0].workload"]],
    [
      "refuses a whole namespace elsewhere",
      { mode: "DISABLE", namespace: "ops", because },
      ["mesh.exceptions[0].workload"],
    ],
    ["refuses every port of a workload", { ...scrape, port: undefined }, ["mesh.exceptions[0].port"]],
  ] as const) {
    it(title, () => {
      assert.deepEqual(
        validateExceptionScope([exception]).map(({ key }) => key),
        keys,
      );
    });
  }
});
