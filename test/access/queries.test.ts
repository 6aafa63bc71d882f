import assert from "node:assert/strict";
import { buildModel } from "../../access/model/model";
import { callersOf, permits, reachable } from "../../access/answers/queries";
import { rpcs, tryFindRpc } from "../../access/platform/rpcs";
import type { ServiceName } from "../../access/platform/services";
import { optionsWith, optionsWithExtras } from "./options";
import { accountOf } from "../support/callers";

const plain = buildModel(optionsWith());
const extended = buildModel(optionsWithExtras());

function callerNames(model: typeof plain, rpc: string): string[] {
  const found = tryFindRpc(rpc);
  assert.ok(found, rpc);
  return [...new Set(callersOf(model, found).map(({ caller }) => accountOf(caller)))].sort();
}

function permitted(caller: ServiceName, rpc: string, header: boolean, model = plain): boolean {
  return permits(model, caller, rpc, { header }).permitted;
}

describe("the specification's patterns", () => {
  const orchestratorAlone = [
    "runners.CreateWorkload",
    "runners.UpdateWorkload",
    "runners.UpdateWorkloadStatus",
    "runners.DeleteWorkload",
    "runners.BatchUpdateWorkloadSampledAt",
    "runners.CreateVolume",
    "runners.UpdateVolume",
    "runners.BatchUpdateVolumeSampledAt",
  ];
  for (const rpc of orchestratorAlone) {
    it(`give ${rpc} to the Agents Orchestrator alone`, () => {
      assert.deepEqual(callerNames(plain, rpc), ["agents-orchestrator"]);
      assert.deepEqual(callerNames(extended, rpc), ["agents-orchestrator"]);
      const answer = permits(plain, "agents-orchestrator", rpc, { header: false });
      assert.equal(answer.permitted && answer.call.origin, "specification");
    });
  }

  it("give agents.ResolveAgentIdentity to Tracing alone, and with the extras to the Egress Gateway", () => {
    assert.deepEqual(callerNames(plain, "agents.ResolveAgentIdentity"), ["tracing"]);
    assert.deepEqual(callerNames(extended, "agents.ResolveAgentIdentity"), ["egress-gateway", "tracing"]);
  });

  const getAgent: readonly [ServiceName, boolean, boolean][] = [
    ["agents-orchestrator", false, true],
    ["agents-orchestrator", true, false],
    ["gateway", true, true],
    ["gateway", false, false],
    ["threads", true, false],
    ["threads", false, false],
    ["tracing", true, false],
    ["tracing", false, false],
  ];
  for (const [caller, header, expected] of getAgent) {
    it(`${expected ? "let" : "do not let"} ${caller} call agents.GetAgent ${header ? "with" : "without"} an identity`, () => {
      assert.equal(permitted(caller, "agents.GetAgent", header), expected);
    });
  }

  it("give every user-facing RPC to the Gateway", () => {
    const refused = rpcs.filter(({ path, exposure }) => exposure === "user" && !permitted("gateway", path, true));
    assert.deepEqual(refused, []);
  });

  it("give the Gateway no internal RPC but those its own code calls", () => {
    const internal = rpcs.filter(({ exposure, path }) => exposure === "internal" && permitted("gateway", path, true));
    assert.deepEqual(internal.map(({ service, method }) => `${service}.${method}`).sort(), [
      "apps.GetInstallationByIdentityId",
      "users.GetUserByOIDCSubject",
      "users.ResolveAPIToken",
      "users.ResolveOrCreateUser",
      "ziti-management.ExtendIdentityLease",
      "ziti-management.RequestServiceIdentity",
      "ziti-management.ResolveIdentity",
    ]);
  });

  it("let no Web app call anything", () => {
    for (const app of ["chat-app", "console-app", "tracing-app", "sandboxes-app"] as const)
      assert.deepEqual(reachable(plain, app), []);
  });
});

describe("callers known from older code or blanket statements", () => {
  for (const rpc of [
    "agents.ListHooks",
    "secrets.ResolveImagePullSecret",
    "agents.GetSkill",
    "agents.ListEnvironments",
  ]) {
    it(`cannot call ${rpc}`, () => {
      assert.deepEqual(callerNames(extended, rpc), ["gateway"]);
    });
  }
});

describe("the extras of today's images", () => {
  it("add callers of agents.GetAgent and agents.ResolveAgentIdentity, and no other call", () => {
    const added = extended.calls.filter(({ origin }) => origin === "platformExtras");
    assert.deepEqual(
      added
        .flatMap((call) => (call.kind === "rpc" ? call.rpcs : []))
        .filter((rpc, index, all) => all.indexOf(rpc) === index),
      ["/agynio.api.agents.v1.AgentsService/GetAgent", "/agynio.api.agents.v1.AgentsService/ResolveAgentIdentity"],
    );
    assert.equal(extended.calls.length - added.length, plain.calls.length);
  });
});

describe("an answer", () => {
  it("names the permitting call and its reason", () => {
    const answer = permits(plain, "agents-orchestrator", "Runners.CreateWorkload", { header: false });
    assert.equal(answer.permitted && answer.call.origin, "specification");
    assert.equal(answer.because, "The Agents Orchestrator alone decides which workloads and volumes exist.");
  });

  const closed: readonly [ServiceName, string, boolean, RegExp][] = [
    ["gateway", "runners.CreateWorkload", true, /open to agents-orchestrator alone/],
    ["gateway", "agents.GetAgent", false, /only with the x-identity-id header/],
    ["agents-orchestrator", "agents.GetAgent", true, /only without the x-identity-id header/],
    ["agents-orchestrator", "k8s-runner.StartWorkload", false, /on the overlay/],
    ["gateway", "runners.ValidateServiceToken", true, /nothing in the model may call it/],
  ];
  for (const [caller, rpc, header, reason] of closed) {
    it(`says why ${rpc} is closed to ${caller} ${header ? "with" : "without"} an identity`, () => {
      const answer = permits(plain, caller, rpc, { header });
      assert.equal(answer.permitted, false);
      assert.match(answer.because, reason);
    });
  }

  it("is refused for an RPC that does not exist", () => {
    assert.throws(() => permits(plain, "gateway", "runners.Nothing", { header: true }), /no RPC "runners.Nothing"/);
  });

  it("does not take a ServiceAccount of another namespace for the platform's", () => {
    const stranger = { namespace: "elsewhere", serviceAccount: "agents-orchestrator" };
    assert.equal(permits(plain, stranger, "runners.CreateWorkload", { header: false }).permitted, false);
  });
});

describe("data stores", () => {
  const users: readonly [string, readonly string[]][] = [
    ["openfga", ["authorization"]],
    ["notifications-redis", ["notifications"]],
    ["minio", ["files"]],
    ["nats", ["agents-orchestrator", "apps", "groups", "networks", "users"]],
  ];
  for (const [store, expected] of users) {
    it(`${store} is open to ${expected.join(", ")} alone`, () => {
      const callers = plain.calls.filter(({ callee }) => callee === store).map(({ caller }) => accountOf(caller));
      assert.deepEqual(callers.sort(), expected);
    });
  }
});

describe("the model's calls", () => {
  it("hold each caller's RPC once for each header state", () => {
    const grants = extended.calls.flatMap((call) =>
      call.kind === "port" ? [] : call.rpcs.map((rpc) => [accountOf(call.caller), rpc, call.identityHeader].join(" ")),
    );
    assert.equal(new Set(grants).size, grants.length);
  });

  it("let the authorization store keep its state in postgres", () => {
    const store = { namespace: "platform", serviceAccount: "openfga" };
    assert.deepEqual(
      reachable(plain, store).map(({ callee, port }) => `${callee}:${port}`),
      ["postgres:5432"],
    );
  });

  it("open no RPC to a caller of the service's other port", () => {
    const caller = { namespace: "ingress", serviceAccount: "istio-ingressgateway" };
    const entry = { kind: "entry", principal: caller } as const;
    const edge = {
      kind: "port",
      caller: entry,
      callee: "terminal-proxy",
      origin: "platform",
      because: "Shells.",
    } as const;
    const opened = [8080, 50051].map((port) => {
      const model = { ...plain, calls: [...plain.calls, { ...edge, port }] };
      return permits(model, caller, "terminal-proxy.IssueTicket", { header: true }).permitted;
    });
    assert.deepEqual(opened, [false, true]);
  });
});

describe("the ingress gateway", () => {
  it("reaches the public hosts' backends alone", () => {
    const ingress = { namespace: "ingress", serviceAccount: "istio-ingressgateway" };
    const callees = reachable(plain, ingress).map(({ callee, port }) => `${callee}:${port}`);
    const expected = ["chat-app:3000", "console-app:3000", "gateway:8080", "media-proxy:8080", "tracing-app:3000"];
    assert.deepEqual(callees.sort(), expected);
  });
});
