import assert from "node:assert/strict";
import { ContractApi, ContractCase, assertError } from "./contract-api";

function router(api: ContractApi, more: object = {}): Promise<string> {
  return api.create("edge-routers", { name: api.name("router"), ...more });
}

/** Edge routers before they enroll. */
export const routerCases: readonly ContractCase[] = [
  {
    title: "shows the token of a router that has not enrolled",
    async run(api) {
      const shown = await api.read("edge-routers", await router(api, { roleAttributes: ["public"] }));
      assert.deepEqual([shown.isVerified, shown.isOnline, shown.roleAttributes], [false, false, ["public"]]);
      assert.ok(shown.enrollmentJwt && shown.enrollmentToken && shown.enrollmentExpiresAt);
    },
  },
  {
    title: "gives a router that re-enrolls a new token under its old id",
    async run(api) {
      const id = await router(api);
      const before = await api.read("edge-routers", id);
      assert.equal((await api.call("POST", `/edge-routers/${id}/re-enroll`)).status, 200);
      const after = await api.read("edge-routers", id);
      assert.ok(after.enrollmentJwt);
      assert.notEqual(after.enrollmentJwt, before.enrollmentJwt);
    },
  },
  {
    title: "brings an identity of the same id and a system policy with a tunneler router, and takes them away with it",
    async run(api) {
      const id = await router(api, { isTunnelerEnabled: true });
      const identity = await api.read("identities", id);
      assert.equal(identity.typeId, "Router");
      const [policy] = await api.find("edge-router-policies", `name = "edge-router-${id}-system"`);
      assert.equal(policy?.isSystem, true);
      await api.call("PATCH", `/edge-routers/${id}`, { isTunnelerEnabled: false });
      assertError(await api.call("GET", `/identities/${id}`), 404, "NOT_FOUND");
      assert.deepEqual(await api.find("edge-router-policies", `name = "edge-router-${id}-system"`), []);
      assert.ok((await api.read("edge-routers", id)).enrollmentJwt);
    },
  },
  {
    title: "refuses to delete the identity and the policy of a tunneler router",
    async run(api) {
      const id = await router(api, { isTunnelerEnabled: true });
      const [policy] = await api.find("edge-router-policies", `name = "edge-router-${id}-system"`);
      for (const path of [`/identities/${id}`, `/edge-router-policies/${policy?.id}`]) {
        assertError(await api.call("DELETE", path), 400, "ENTITY_CAN_NOT_BE_DELETED");
      }
    },
  },
  {
    title: "renames the identity of a tunneler router with the router only",
    async run(api) {
      const id = await router(api, { isTunnelerEnabled: true });
      const name = api.name("renamed");
      assertError(await api.call("PATCH", `/identities/${id}`, { name }), 400, "COULD_NOT_VALIDATE", "name");
      await api.call("PATCH", `/edge-routers/${id}`, { name });
      assert.equal((await api.read("identities", id)).name, name);
    },
  },
  {
    title: "refuses a cost above 65535",
    async run(api) {
      const reply = await api.call("POST", "/edge-routers", { name: api.name("router"), cost: 70000 });
      assertError(reply, 400, "COULD_NOT_VALIDATE", "cost");
    },
  },
  {
    title: "refuses to change a system policy",
    async run(api) {
      const id = await router(api, { isTunnelerEnabled: true });
      const [policy] = await api.find("edge-router-policies", `name = "edge-router-${id}-system"`);
      const reply = await api.call("PATCH", `/edge-router-policies/${policy?.id}`, { identityRoles: ["#all"] });
      assertError(reply, 400, "ENTITY_CAN_NOT_BE_UPDATED");
    },
  },
  {
    title: "counts a router as common when both grants select it",
    async run(api) {
      const [role, id] = [api.name("role"), await router(api)];
      const roles = { semantic: "AnyOf", edgeRouterRoles: [`@${id}`] };
      const identity = { name: api.name("identity"), type: "Default", isAdmin: false, roleAttributes: [role] };
      const identityId = await api.create("identities", identity);
      const service = { name: api.name("service"), encryptionRequired: true, roleAttributes: [role] };
      const serviceId = await api.create("services", service);
      await api.create("edge-router-policies", { name: api.name("grant"), ...roles, identityRoles: [`#${role}`] });
      await api.create("service-edge-router-policies", {
        name: api.name("grant"),
        ...roles,
        serviceRoles: [`#${role}`],
      });
      const { body } = await api.call("GET", `/identities/${identityId}/policy-advice/${serviceId}`);
      const common = (body.data.commonRouters ?? []) as { id: string }[];
      assert.ok(common.some((entry) => entry.id === id));
    },
  },
];
