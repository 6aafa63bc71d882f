import assert from "node:assert/strict";
import * as fc from "fast-check";
import { fromStruct, toStruct } from "../../openziti/server/struct";
import { RunningServer, startServer } from "../../openziti/server";
import { Properties } from "../../openziti/values";
import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { administrator, startTestDouble, tlsFixtures } from "../support/contract-double";
import { ProviderRpc, secret, urnOf, withoutSecrets } from "../support/provider-rpc";

const name = fc.stringMatching(/^[a-z]{1,6}$/);
// Null is "not given" to Pulumi, and protobuf's own conversion drops keys named __proto__.
const isCarried = (value: unknown) => value !== null && !JSON.stringify(value).includes("__proto__");
const properties = fc.dictionary(name, fc.jsonValue().filter(isCarried), { noNullPrototype: true });

describe("secrets on the wire", () => {
  it("come out of their envelopes and go back into them", () => {
    fc.assert(
      fc.property(properties, fc.array(name), (values, names) => {
        const secrets = new Set(names.filter((each) => each in values));
        const opened = fromStruct(toStruct(values as Properties, secrets));
        // Both sides through JSON: protobuf keeps the sign of a negative zero, which JSON does not know.
        assert.deepEqual(JSON.parse(JSON.stringify(opened.properties)), JSON.parse(JSON.stringify(values)));
        assert.deepEqual(opened.secrets, secrets);
      }),
    );
  });

  it("seal the whole property when something deep within is secret", () => {
    const { properties: open, secrets } = fromStruct(
      toStruct({ data: { list: [secret("hunter2")] } } as never, new Set()),
    );
    assert.deepEqual(open, { data: { list: ["hunter2"] } });
    assert.deepEqual([...secrets], ["data"]);
  });
});

describe("secrets of objects", () => {
  let double: ControllerDouble;
  let server: RunningServer;
  let rpc: ProviderRpc;
  before(async () => {
    double = await startTestDouble();
    server = await startServer();
    rpc = new ProviderRpc(server.port);
    await rpc.configure({ url: double.url, ca: tlsFixtures.ca, ...administrator, stack: "test" });
  });
  after(async () => {
    rpc.close();
    await server.stop();
    await double.close();
  });

  const kinds: readonly (readonly [kind: string, inputs: Record<string, unknown>])[] = [
    ["Identity", { name: "agent", enrollment: { ott: true } }],
    ["EdgeRouter", { name: "router" }],
  ];
  for (const [kind, given] of kinds) {
    it(`never show the enrollment token of an ${kind}`, async () => {
      const urn = urnOf(kind);
      const { inputs } = await rpc.check(urn, given);
      const { id, properties: created } = await rpc.create(urn, inputs);
      const token = (created["enrollmentJwt"] as { value?: unknown }).value;
      assert.equal(typeof token === "string" && token.length > 20, true);
      const read = await rpc.read(urn, id, inputs, created);
      const imported = await rpc.read(urn, id);
      const updated = await rpc.update(urn, id, inputs, { ...inputs, roleAttributes: ["a"] }, created);
      for (const answer of [created, read, imported, updated]) {
        assert.ok(!JSON.stringify(withoutSecrets(answer)).includes(String(token)));
        assert.ok(JSON.stringify(answer).includes(String(token)));
      }
    });
  }

  it("stay secret in every answer, whichever property they came in", async () => {
    const property = fc.asyncProperty(
      fc.constantFrom("name", "roleAttributes", "tags"),
      fc.nat(),
      async (where, number) => {
        const value = `classified-${number}`;
        const given = { name: "plain", roleAttributes: ["plain"], tags: { plain: "plain" } };
        const placed = { name: value, roleAttributes: [value], tags: { key: value } }[where];
        const urn = urnOf("Service", value);
        const checked = await rpc.check(urn, { ...given, [where]: secret(placed) });
        const preview = await rpc.create(urn, checked.inputs, true);
        const { id, properties: created } = await rpc.create(urn, checked.inputs);
        const read = await rpc.read(urn, id, checked.inputs, created);
        const updated = await rpc.update(
          urn,
          id,
          checked.inputs,
          { ...checked.inputs, terminatorStrategy: "random" },
          created,
        );
        await rpc.delete(urn, id);
        for (const answer of [checked, preview, created, read, updated]) {
          assert.ok(!JSON.stringify(withoutSecrets(answer)).includes(value));
        }
      },
    );
    await fc.assert(property, { numRuns: 12 });
  });

  it("are not in the reason a value is refused", async () => {
    const { failures } = await rpc.check(urnOf("Service"), { name: secret(" classified") });
    assert.deepEqual(
      failures.map(({ property }) => property),
      [""],
    ); // Pulumi prints the value of a property that is named
    assert.doesNotMatch(JSON.stringify(failures), /classified/);
  });
});
