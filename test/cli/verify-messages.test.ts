import assert from "node:assert/strict";
import { explainText } from "../../cli/verify/explain";
import { findEntries, messages, tryFindEntry } from "../../cli/verify/messages";
import { projectRoot } from "../support/project-root";
import { runCommand } from "./run-command";

/** Lines as they stand in logs, and the entry that explains each. */
const lines: readonly (readonly [string, string])[] = [
  ["rpc error: code = Unavailable desc = name resolver error: produced zero addresses", "zero-addresses"],
  ["ERROR service 'gateway' not found in ziti network", "service-not-found"],
  ["failed to dial service: [gateway] service not found", "service-not-found"],
  ['{"level":"error","msg":"NO_EDGE_ROUTERS_AVAILABLE: no edge routers available"}', "no-edge-routers"],
  ["dial tcp: lookup ziti.agyn.localhost on 10.96.0.10:53: server misbehaving", "overlay-name-unknown"],
  ["x509: certificate is valid for localhost, not ziti-controller-client.ziti.svc", "control-plane-name"],
  ["dial failed: service 8x has no terminators", "no-terminators"],
  ["rpc error: code = PermissionDenied desc = RBAC: access denied", "rbac-denied"],
  ['{"status":403,"details":"rbac_access_denied_matched_policy[none]"}', "rbac-denied"],
  [
    "upstream connect error or disconnect/reset before headers. reset reason: connection termination",
    "plaintext-refused",
  ],
  ["Access to fetch has been blocked: No 'Access-Control-Allow-Origin' header is present", "bare-404"],
  ["GET https://chat.agyn.localhost/api/me 404 (Not Found)", "bare-404"],
  ["The controller does not accept (INVALID_AUTH) the user name and password", "invalid-auth"],
  ["Error: queryA EREFUSED gateway.agyn-platform.svc", "dns-refused"],
  ["getaddrinfo ENOTFOUND llm-proxy.ziti", "name-not-found"],
  ["Error: certificate has expired", "expired-certificate"],
  [
    'secrets "x" is forbidden: unable to create new content in namespace ziti because it is being terminated',
    "namespace-terminating",
  ],
  [
    "error: release istiod failed, and has been uninstalled due to atomic being set: context canceled",
    "release-interrupted",
  ],
  ['update of resource "urn:pulumi:dev::p::Deployment::x" failed: context canceled', "update-interrupted"],
  ["error: failed to install: timed out waiting for the condition", "release-timeout"],
  ["error: cannot re-use a name that is still in use", "release-name-in-use"],
  [
    'error: resource "urn" was not successfully created by the Kubernetes API server: secrets "x" already exists',
    "object-exists",
  ],
  ["error: the stack is currently locked by 1 lock(s). Either wait", "stack-locked"],
  [
    "warning: Attempting to deploy or update resources with 8 pending operations from previous deployment.",
    "operations-pending",
  ],
  ["error: another operation (install/upgrade/rollback) is in progress", "release-pending"],
];

describe("the catalogue of messages", () => {
  for (const [line, id] of lines) {
    it(`explains "${line}" as ${id}`, () => assert.equal(tryFindEntry(line)?.id, id));
  }

  it("has a line above for each entry, and explains its own message", () => {
    assert.deepEqual([...new Set(lines.map(([, id]) => id))].sort(), messages.map(({ id }) => id).sort());
    for (const { id, message } of messages) assert.equal(tryFindEntry(message)?.id, id);
  });

  it("finds each cause once in a log, with the number of its lines", () => {
    const log = ["started", "RBAC: access denied", "listening on 8080", "x RBAC: access denied", "EREFUSED"].join("\n");
    const found = findEntries(log).map(({ entry, count }) => [entry.id, count]);
    assert.deepEqual(found, [
      ["rbac-denied", 2],
      ["dns-refused", 1],
    ]);
    assert.equal(explainText("all is well"), undefined);
  });

  const run = (args: readonly string[], input?: string) => runCommand(["verify", ...args], projectRoot, input);

  it("is what the command line answers from, for a message and for a log", async () => {
    const said = await run(["--message", "NO_EDGE_ROUTERS_AVAILABLE"]);
    assert.equal(said.code, 0);
    assert.match(said.out, /means: .*router grant[\s\S]*checks: edge routers[\s\S]*fix: /);
    const read = await run(["--message", "-"], "a\nINVALID_AUTH\n");
    assert.match(read.out, /^INVALID_AUTH/);
    const unknown = await run(["--message", "flux capacitor"]);
    assert.equal(unknown.code, 1);
    assert.match(unknown.errors, /not known\. Known are:\n {2}name resolver error/);
  });

  it("refuses an address that is none before it asks anybody", async () => {
    const { code, errors } = await run(["--address", "ingress.example"]);
    assert.equal(code, 1);
    assert.match(errors, /--address: received "ingress\.example", allowed: <ip>/);
  });
});
