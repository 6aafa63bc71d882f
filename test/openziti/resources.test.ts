import * as pulumi from "@pulumi/pulumi";
import assert from "node:assert/strict";
import { functions, functionToken } from "../../openziti/functions";
import { kinds, tokenOf } from "../../openziti/kinds";
import * as resources from "../../openziti/resources";

type Constructor = new (name: string, args: object) => pulumi.CustomResource;

describe("classes a program uses", () => {
  const registered: { type: string; inputs: Record<string, unknown> }[] = [];
  const called: string[] = [];
  before(async () => {
    await pulumi.runtime.setMocks({
      newResource: ({ type, name, inputs }) => {
        registered.push({ type, inputs: inputs as Record<string, unknown> });
        return { id: `${name}-id`, state: inputs as Record<string, unknown> };
      },
      call: ({ token }) => {
        called.push(token);
        return { grants: [], services: [] };
      },
    });
  });
  after(() => pulumi.runtime.disconnect());

  for (const kind of kinds) {
    it(`give a ${kind.name} its type token and every property of its table as an output`, () => {
      const Class = (resources as unknown as Record<string, Constructor>)[kind.name];
      assert.ok(Class, `no class ${kind.name}`);
      const args = Object.fromEntries(
        kind.fields.filter(({ required }) => required).map(({ name }) => [name, "given"]),
      );
      const object = new Class(`the-${kind.name}`, args) as pulumi.CustomResource & Record<string, unknown>;
      const visible = [...kind.fields.filter((field) => !field.onlyAtCreation), ...kind.outputs];
      const missing = visible.filter(({ name }) => !pulumi.Output.isInstance(object[name]));
      assert.deepEqual(
        missing.map(({ name }) => name),
        [],
      );
      assert.equal(object.__pulumiType, tokenOf(kind));
    });
  }

  it("ask every function of the provider by its token", async () => {
    resources.getService("gateway");
    resources.getIdentity("agent");
    resources.listServices();
    resources.policyAdvice({ identity: "agent", service: "gateway" });
    resources.foreignGrants();
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(called.sort(), functions.map(functionToken).sort());
  });

  it("make key and password secrets, and leave out what is not given", async () => {
    const provider = new resources.Provider("z", {
      url: "https://a",
      stack: "dev",
      username: "admin",
      password: "hunter22",
    });
    await pulumi.runtime.disconnect();
    const found = registered.find(({ type }) => type === "pulumi:providers:openziti");
    assert.ok(provider);
    assert.deepEqual(Object.keys(found?.inputs ?? {}).sort(), ["password", "stack", "url", "username"]);
    assert.equal((found?.inputs["password"] as Record<string, unknown>)["value"], "hunter22");
  });
});
