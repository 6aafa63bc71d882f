import assert from "node:assert/strict";
import { ContractApi, ContractCase, assertError } from "./contract-api";

function service(api: ContractApi, more: object = {}): { name: string; encryptionRequired: boolean } {
  return { name: api.name("service"), encryptionRequired: true, ...more };
}

/** Services, and what every kind does on create, update and delete. */
export const serviceCases: readonly ContractCase[] = [
  {
    title: "answers a create with 201 and only an id and a link",
    async run(api) {
      const { status, body } = await api.call("POST", "/services", service(api));
      assert.equal(status, 201);
      assert.deepEqual(Object.keys(body.data).sort(), ["_links", "id"]);
      assert.deepEqual(body.meta, {});
    },
  },
  {
    title: "fills in defaults that a read shows",
    async run(api) {
      const shown = await api.read("services", await api.create("services", service(api)));
      assert.equal(shown.terminatorStrategy, "smartrouting");
      assert.equal(shown.maxIdleTimeMillis, 0);
      assert.deepEqual(shown.tags, {});
      assert.equal(shown.roleAttributes, null);
      assert.ok(shown.createdAt && shown.updatedAt);
    },
  },
  {
    title: "refuses a second object of the same name and names the field",
    async run(api) {
      const body = service(api);
      await api.create("services", body);
      assertError(await api.call("POST", "/services", body), 400, "COULD_NOT_VALIDATE", "name");
    },
  },
  {
    title: "takes names that differ in case or blanks for different names",
    async run(api) {
      const body = service(api);
      await api.create("services", body);
      await api.create("services", { ...body, name: body.name.toUpperCase() });
      await api.create("services", { ...body, name: ` ${body.name}` });
    },
  },
  {
    title: "refuses an empty name on create",
    async run(api) {
      assertError(await api.call("POST", "/services", service(api, { name: "" })), 400, "COULD_NOT_VALIDATE", "name");
    },
  },
  {
    title: "refuses a create without a required field",
    async run(api) {
      const reply = await api.call("POST", "/services", { name: api.name("service") });
      assertError(reply, 400, "COULD_NOT_VALIDATE", "encryptionRequired");
    },
  },
  {
    title: "refuses a create without a body, with a status of its own",
    async run(api) {
      assertError(await api.call("POST", "/services"), 602, "COULD_NOT_VALIDATE", "service");
    },
  },
  {
    title: "refuses a terminator strategy it does not know",
    async run(api) {
      assertError(
        await api.call("POST", "/services", service(api, { terminatorStrategy: "fastest" })),
        404,
        "NOT_FOUND",
      );
    },
  },
  {
    title: "answers a PATCH of a field it does not know with success",
    async run(api) {
      const id = await api.create("services", service(api));
      assert.equal((await api.call("PATCH", `/services/${id}`, '{"roleAttribute":["typo"]}')).status, 200);
    },
  },
  {
    title: "refuses a field of the wrong type as a body it cannot parse",
    async run(api) {
      const reply = await api.call("POST", "/services", service(api, { encryptionRequired: "yes" }));
      assertError(reply, 400, "COULD_NOT_PARSE_BODY");
    },
  },
  {
    title: "refuses a body that is not JSON",
    async run(api) {
      assertError(await api.call("POST", "/services", "{"), 400, "COULD_NOT_PARSE_BODY");
    },
  },
  {
    title: "accepts unknown fields and forgets them",
    async run(api) {
      const reply = await api.call("POST", "/services", JSON.stringify(service(api, { roleAttribute: ["typo"] })));
      assert.equal(reply.status, 201);
      assert.ok(!("roleAttribute" in (await api.read("services", reply.body.data.id))));
    },
  },
  {
    title: "answers a rename to a taken name with success and changes nothing at all",
    async run(api) {
      const taken = service(api);
      await api.create("services", taken);
      const body = service(api);
      const id = await api.create("services", body);
      const { status } = await api.call("PATCH", `/services/${id}`, { name: taken.name, roleAttributes: ["lost"] });
      assert.equal(status, 200);
      const shown = await api.read("services", id);
      assert.deepEqual([shown.name, shown.roleAttributes], [body.name, null]);
    },
  },
  {
    title: "answers a rename to an empty name with success and changes nothing at all",
    async run(api) {
      const body = service(api);
      const id = await api.create("services", body);
      const { status } = await api.call("PATCH", `/services/${id}`, { name: "", roleAttributes: ["lost"] });
      assert.equal(status, 200);
      const shown = await api.read("services", id);
      assert.deepEqual([shown.name, shown.roleAttributes], [body.name, null]);
    },
  },
  {
    title: "renames to a free name",
    async run(api) {
      const id = await api.create("services", service(api));
      const name = api.name("renamed");
      await api.call("PATCH", `/services/${id}`, { name });
      assert.equal((await api.read("services", id)).name, name);
    },
  },
  ...["{}", '{"roleAttributes":null}', '{"encryptionRequired":false}'].map((body) => ({
    title: `fails with UNHANDLED on the PATCH ${body}, which updates nothing`,
    async run(api: ContractApi) {
      const id = await api.create("services", service(api));
      assertError(await api.call("PATCH", `/services/${id}`, body), 500, "UNHANDLED");
      assert.equal((await api.read("services", id)).encryptionRequired, true);
    },
  })),
  {
    title: "leaves encryptionRequired alone in a PATCH that changes something else",
    async run(api) {
      const id = await api.create("services", service(api));
      const patch = { encryptionRequired: false, maxIdleTimeMillis: 5000 };
      assert.equal((await api.call("PATCH", `/services/${id}`, patch)).status, 200);
      assert.equal((await api.read("services", id)).encryptionRequired, true);
    },
  },
  {
    title: "patches only the fields it is given",
    async run(api) {
      const id = await api.create("services", service(api, { roleAttributes: ["one"], tags: { owner: "me" } }));
      await api.call("PATCH", `/services/${id}`, { roleAttributes: ["two"] });
      const shown = await api.read("services", id);
      assert.deepEqual([shown.roleAttributes, shown.tags], [["two"], { owner: "me" }]);
    },
  },
  {
    title: "clears a set with an empty list, which reads back as null",
    async run(api) {
      const id = await api.create("services", service(api, { roleAttributes: ["one"] }));
      await api.call("PATCH", `/services/${id}`, { roleAttributes: [] });
      assert.equal((await api.read("services", id)).roleAttributes, null);
    },
  },
  {
    title: "resets with PUT whatever the body leaves out",
    async run(api) {
      const body = service(api, { roleAttributes: ["one"], tags: { owner: "me" } });
      const id = await api.create("services", body);
      assert.equal((await api.call("PUT", `/services/${id}`, { name: body.name })).status, 200);
      const shown = await api.read("services", id);
      assert.deepEqual([shown.encryptionRequired, shown.tags, shown.roleAttributes], [false, {}, null]);
    },
  },
  {
    title: "refuses a PUT without a name",
    async run(api) {
      const id = await api.create("services", service(api));
      assertError(await api.call("PUT", `/services/${id}`, {}), 400, "COULD_NOT_VALIDATE", "name");
    },
  },
  {
    title: "sorts a set and folds duplicates",
    async run(api) {
      const id = await api.create("services", service(api, { roleAttributes: ["b", "a", "B", "a"] }));
      assert.deepEqual((await api.read("services", id)).roleAttributes, ["B", "a", "b"]);
    },
  },
  {
    title: "refuses a role attribute that begins like a role expression",
    async run(api) {
      const reply = await api.call("POST", "/services", service(api, { roleAttributes: ["#one"] }));
      assertError(reply, 400, "COULD_NOT_VALIDATE", "roleAttributes");
    },
  },
  {
    title: "replaces the whole tags of a PATCH and keeps numbers, booleans and null",
    async run(api) {
      const id = await api.create("services", service(api, { tags: { old: "x" } }));
      const tags = { number: 7, yes: true, none: null, "agyn.io/stack": "dev" };
      await api.call("PATCH", `/services/${id}`, { tags });
      assert.deepEqual((await api.read("services", id)).tags, tags);
    },
  },
  {
    title: "moves updatedAt with a change and keeps createdAt",
    async run(api) {
      const id = await api.create("services", service(api));
      const before = await api.read("services", id);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await api.call("PATCH", `/services/${id}`, { roleAttributes: ["one"] });
      const after = await api.read("services", id);
      assert.equal(after.createdAt, before.createdAt);
      assert.notEqual(after.updatedAt, before.updatedAt);
    },
  },
  ...(["GET", "PUT", "PATCH", "DELETE"] as const).map((method) => ({
    title: `answers ${method} of an unknown id with NOT_FOUND`,
    async run(api: ContractApi) {
      const body = method === "PUT" || method === "PATCH" ? { name: api.name("none") } : undefined;
      assertError(await api.call(method, "/services/no-such-id", body), 404, "NOT_FOUND");
    },
  })),
  {
    title: "deletes once, and answers the second time with NOT_FOUND",
    async run(api) {
      const id = await api.create("services", service(api));
      assert.equal((await api.call("DELETE", `/services/${id}`)).status, 200);
      assertError(await api.call("DELETE", `/services/${id}`), 404, "NOT_FOUND");
    },
  },
];
