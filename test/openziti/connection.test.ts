import assert from "node:assert/strict";
import { RunningServer, startServer } from "../../openziti/server";
import { unknown } from "../../openziti/values";
import { tlsFixtures } from "../support/contract-double";
import { ProviderRpc, secret, withoutSecrets } from "../support/provider-rpc";

const bare = { url: "https://ziti.example:1281", stack: "dev" };
const valid = { ...bare, username: "admin", password: "hunter22" };
const { cert, key } = tlsFixtures.client;

const refused: readonly (readonly [when: string, args: Record<string, unknown>, says: RegExp])[] = [
  ["the url is missing", { ...valid, url: undefined }, /^url is required$/],
  ["the stack is missing", { ...valid, stack: undefined }, /^stack is required$/],
  ["the url is not https", { ...valid, url: "http://ziti.example" }, /^url must be https:\/\/host:port/],
  [
    "the url has a path",
    { ...valid, url: "https://ziti.example/edge/management/v1" },
    /^url must be https:\/\/host:port/,
  ],
  [
    "the url holds a password",
    { ...valid, url: "https://a:hunter22@ziti.example" },
    /^url must not hold a user name or password/,
  ],
  ["there is no credential", bare, /^give either cert and key, or username and password$/],
  ["there are two credentials", { ...valid, cert, key }, /^give either cert and key, or username and password$/],
  ["the password is missing", { ...valid, password: undefined }, /^password is required together with username$/],
  ["the key is missing", { ...bare, cert }, /^key is required together with cert$/],
  ["the CA is no certificate", { ...valid, ca: "hunter22" }, /^ca is not PEM text/],
  ["the key is no key", { ...bare, cert, key: "hunter22" }, /^key is not PEM text/],
  ["adopt is neither true nor false", { ...valid, adopt: "perhaps" }, /^adopt must be true or false$/],
  ["a text is empty", { ...valid, stack: "" }, /^stack must be a text that is not empty$/],
];

describe("arguments of the provider", () => {
  let server: RunningServer;
  let rpc: ProviderRpc;
  before(async () => {
    server = await startServer();
    rpc = new ProviderRpc(server.port);
  });
  after(async () => {
    rpc.close();
    await server.stop();
  });
  const given = (args: Record<string, unknown>) =>
    Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));

  for (const [when, args, says] of refused) {
    it(`are refused when ${when}, without showing a secret`, async () => {
      const { failures } = await rpc.checkConfig(given(args));
      const reasons = failures.map(({ reason }) => reason);
      assert.ok(
        reasons.some((reason) => says.test(reason)),
        `found: ${reasons.join("; ")}`,
      );
      assert.doesNotMatch(JSON.stringify(failures), /hunter22/);
    });
  }

  for (const [what, args] of [
    ["a password", valid],
    ["a client certificate", { ...bare, cert, key, ca: tlsFixtures.ca }],
    ["values that are not known yet", { ...valid, url: unknown, ca: unknown, password: unknown }],
    ["adopt as text, as stack configuration gives it", { ...valid, adopt: "true" }],
  ] as const) {
    it(`accept ${what}`, async () => assert.deepEqual((await rpc.checkConfig(given(args))).failures, []));
  }

  it("are never named as the property of a failure, because Pulumi would print the value", async () => {
    const { failures } = await rpc.checkConfig({ ...bare, cert, key: "hunter22" });
    assert.deepEqual(
      failures.map(({ property }) => property),
      [""],
    );
  });

  it("lists everything that is wrong at once", async () => {
    const { failures } = await rpc.checkConfig({ url: "ziti", adopt: "perhaps", cert: "x" });
    const named = failures.map(({ reason }) => reason.split(" ")[0]);
    assert.deepEqual(named, ["stack", "adopt", "url", "key", "cert"]);
  });

  it("come back with password and key as secrets, although the program did not mark them", async () => {
    const { inputs } = await rpc.checkConfig({ ...valid });
    assert.deepEqual(inputs["password"], secret("hunter22"));
    assert.doesNotMatch(JSON.stringify(withoutSecrets(inputs)), /hunter22/);
  });

  it("never replace the provider, and with it all objects, when they change", async () => {
    const change = await rpc.diffConfig(valid, {
      ...valid,
      url: "https://127.0.0.1:2",
      stack: "other",
      password: "changed",
    });
    assert.deepEqual(change.details, { url: "UPDATE", stack: "UPDATE", password: "UPDATE" });
    assert.deepEqual([change.hasChanges, change.replaces], [true, []]);
    assert.equal((await rpc.diffConfig(valid, valid)).hasChanges, false);
  });
});
