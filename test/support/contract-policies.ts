import assert from "node:assert/strict";
import { ContractApi, ContractCase, Json, assertError } from "./contract-api";

function policy(api: ContractApi, more: object = {}): { name: string; type: string; semantic: string } {
  return { name: api.name("policy"), type: "Dial", semantic: "AnyOf", ...more };
}

function service(api: ContractApi, roleAttributes: string[] = []): Promise<string> {
  return api.create("services", { name: api.name("service"), encryptionRequired: true, roleAttributes });
}

function identity(api: ContractApi, roleAttributes: string[] = []): Promise<string> {
  return api.create("identities", { name: api.name("identity"), type: "Default", isAdmin: false, roleAttributes });
}

async function advice(api: ContractApi, identityId: string, serviceId: string): Promise<Json> {
  return (await api.call("GET", `/identities/${identityId}/policy-advice/${serviceId}`)).body.data;
}

// What the roles of a policy may not hold: title, roles of services.
const refusedRoles: readonly [title: string, roles: string[]][] = [
  ["an id that does not exist", ["@no-such-service"]],
  ["a role without a prefix", ["services"]],
  ["#all beside another role", ["#all", "#one"]],
];

/** Service policies, and the other policies where they differ. */
export const policyCases: readonly ContractCase[] = [
  ...refusedRoles.flatMap(([title, serviceRoles]) => [
    {
      title: `refuses a service policy with ${title}`,
      async run(api: ContractApi) {
        const reply = await api.call("POST", "/service-policies", policy(api, { serviceRoles }));
        assertError(reply, 400, "COULD_NOT_VALIDATE", "serviceRoles");
      },
    },
    {
      title: `refuses a change of a service policy to ${title}`,
      async run(api: ContractApi) {
        const id = await api.create("service-policies", policy(api, { serviceRoles: ["#one"] }));
        const reply = await api.call("PATCH", `/service-policies/${id}`, { serviceRoles });
        assertError(reply, 400, "COULD_NOT_VALIDATE", "serviceRoles");
        assert.deepEqual((await api.read("service-policies", id)).serviceRoles, ["#one"]);
      },
    },
  ]),
  ...(["semantic", "type", "name"] as const).map((field) => ({
    title: `refuses a service policy without ${field}`,
    async run(api: ContractApi) {
      const reply = await api.call("POST", "/service-policies", policy(api, { [field]: undefined }));
      assertError(reply, 400, "COULD_NOT_VALIDATE", field);
    },
  })),
  {
    title: "refuses a semantic it does not know",
    async run(api) {
      const reply = await api.call("POST", "/service-policies", policy(api, { semantic: "NoneOf" }));
      assertError(reply, 400, "COULD_NOT_VALIDATE", "semantic");
    },
  },
  {
    title: "sorts roles and shows ids by name",
    async run(api) {
      const id = await service(api);
      const { name } = await api.read("services", id);
      const roles = ["#b", `@${id}`, "#a"];
      const shown = await api.read(
        "service-policies",
        await api.create("service-policies", policy(api, { serviceRoles: roles })),
      );
      assert.deepEqual(shown.serviceRoles, [...roles].sort());
      const display = shown.serviceRolesDisplay as { role: string; name: string }[];
      assert.deepEqual(
        display.find(({ role }) => role === `@${id}`),
        { role: `@${id}`, name: `@${String(name)}` },
      );
    },
  },
  {
    title: "shows role lists that were never given as null",
    async run(api) {
      const shown = await api.read("service-policies", await api.create("service-policies", policy(api)));
      assert.deepEqual([shown.serviceRoles, shown.identityRoles, shown.postureCheckRoles], [null, null, null]);
    },
  },
  {
    title: "takes a deleted service out of the policies that name it",
    async run(api) {
      const [gone, kept] = [await service(api), await service(api)];
      const both = await api.create("service-policies", policy(api, { serviceRoles: [`@${gone}`, `@${kept}`] }));
      const only = await api.create("service-policies", policy(api, { serviceRoles: [`@${gone}`] }));
      await api.call("DELETE", `/services/${gone}`);
      assert.deepEqual((await api.read("service-policies", both)).serviceRoles, [`@${kept}`]);
      assert.equal((await api.read("service-policies", only)).serviceRoles, null);
    },
  },
  {
    title: "takes a deleted identity out of the policies that name it",
    async run(api) {
      const gone = await identity(api);
      const id = await api.create("service-policies", policy(api, { identityRoles: [`@${gone}`] }));
      await api.call("DELETE", `/identities/${gone}`);
      assert.equal((await api.read("service-policies", id)).identityRoles, null);
    },
  },
  {
    title: "changes a policy from Dial to Bind in place",
    async run(api) {
      const id = await api.create("service-policies", policy(api));
      assert.equal((await api.call("PATCH", `/service-policies/${id}`, { type: "Bind" })).status, 200);
      assert.equal((await api.read("service-policies", id)).type, "Bind");
    },
  },
  {
    title: "clears with PUT the roles the body leaves out",
    async run(api) {
      const body = policy(api, { serviceRoles: ["#one"], identityRoles: ["#two"] });
      const id = await api.create("service-policies", body);
      assert.equal(
        (await api.call("PUT", `/service-policies/${id}`, { ...body, identityRoles: undefined })).status,
        200,
      );
      const shown = await api.read("service-policies", id);
      assert.deepEqual([shown.serviceRoles, shown.identityRoles], [["#one"], null]);
    },
  },
  {
    title: "advises that a dial is allowed when both roles match, and leaves out what is not",
    async run(api) {
      const [role, other] = [api.name("role"), api.name("role")];
      const caller = await identity(api, [role]);
      const callee = await service(api, [other]);
      assert.ok(!("isDialAllowed" in (await advice(api, caller, callee))));
      await api.create("service-policies", policy(api, { identityRoles: [`#${role}`], serviceRoles: [`#${other}`] }));
      const given = await advice(api, caller, callee);
      assert.deepEqual([given.isDialAllowed, given.isBindAllowed], [true, undefined]);
      assert.deepEqual([(given.identity as Json).id, (given.service as Json).id], [caller, callee]);
    },
  },
  {
    title: "matches roles by case",
    async run(api) {
      const role = api.name("role");
      const [caller, callee] = [await identity(api, [role]), await service(api, [role])];
      const roles = { identityRoles: [`#${role.toUpperCase()}`], serviceRoles: [`#${role}`] };
      await api.create("service-policies", policy(api, roles));
      assert.equal((await advice(api, caller, callee)).isDialAllowed, undefined);
    },
  },
  {
    title: "wants every role with AllOf and any with AnyOf",
    async run(api) {
      const [one, two] = [api.name("role"), api.name("role")];
      const [caller, callee] = [await identity(api, [one]), await service(api)];
      const roles = { identityRoles: [`#${one}`, `#${two}`], serviceRoles: [`@${callee}`] };
      const id = await api.create("service-policies", policy(api, { ...roles, semantic: "AllOf" }));
      assert.equal((await advice(api, caller, callee)).isDialAllowed, undefined);
      const anyOf = { semantic: "AnyOf", identityRoles: [`#${one}`, `#${two}`, "#three"] };
      await api.call("PATCH", `/service-policies/${id}`, anyOf);
      assert.equal((await advice(api, caller, callee)).isDialAllowed, true);
    },
  },
  ...(["PATCH", "PUT"] as const).map((method) => ({
    title: `does not look anew at what a policy selects when a ${method} changes its semantic and not its roles`,
    async run(api: ContractApi) {
      const [one, two] = [api.name("role"), api.name("role")];
      const [caller, callee] = [await identity(api, [one]), await service(api)];
      const roles = { identityRoles: [`#${one}`, `#${two}`], serviceRoles: [`@${callee}`] };
      const body = policy(api, { ...roles, semantic: "AllOf" });
      const id = await api.create("service-policies", body);
      assert.equal((await api.call(method, `/service-policies/${id}`, { ...body, semantic: "AnyOf" })).status, 200);
      assert.equal((await api.read("service-policies", id)).semantic, "AnyOf");
      assert.equal((await advice(api, caller, callee)).isDialAllowed, undefined);
      await api.call("PATCH", `/identities/${caller}`, { roleAttributes: [one, "other"] });
      assert.equal((await advice(api, caller, callee)).isDialAllowed, true);
    },
  })),
  {
    title: "lists the services a policy selects",
    async run(api) {
      const role = api.name("role");
      const id = await service(api, [role]);
      const policyId = await api.create("service-policies", policy(api, { serviceRoles: [`#${role}`] }));
      const { body } = await api.call("GET", `/service-policies/${policyId}/services`);
      assert.deepEqual(
        body.data.map((entry) => entry.id),
        [id],
      );
    },
  },
  {
    title: "refuses roles of routers under the name of their own field",
    async run(api) {
      const body = { name: api.name("grant"), semantic: "AnyOf", edgeRouterRoles: ["@no-such-router"] };
      assertError(await api.call("POST", "/edge-router-policies", body), 400, "COULD_NOT_VALIDATE", "edgeRouterRoles");
      assertError(
        await api.call("POST", "/service-edge-router-policies", body),
        400,
        "COULD_NOT_VALIDATE",
        "edgeRouterRoles",
      );
    },
  },
  {
    title: "shows an operator's grant of routers as no system object",
    async run(api) {
      const id = await api.create("edge-router-policies", { name: api.name("grant"), semantic: "AnyOf" });
      assert.equal((await api.read("edge-router-policies", id)).isSystem, false);
    },
  },
];
