import assert from "node:assert/strict";
import { ContractApi, ContractCase, assertError } from "./contract-api";

// Twelve services that share one role and differ in a tag: more than the default page of ten.
async function createTwelve(api: ContractApi): Promise<{ role: string; names: string[] }> {
  const role = api.name("role");
  const names: string[] = [];
  for (let index = 0; index < 12; index += 1) {
    const name = `${role}-${String(index).padStart(2, "0")}`;
    const tags = { "agyn-managed-by": role, "agyn.part": "x", number: index };
    await api.create("services", { name, encryptionRequired: true, roleAttributes: [role], tags });
    names.push(name);
  }
  return { role, names };
}

function list(api: ContractApi, parameters: Record<string, string>): ReturnType<ContractApi["call"]> {
  return api.call("GET", `/services?${new URLSearchParams(parameters).toString()}`);
}

// title, filter over the twelve, how many of them it finds
const filters: readonly [title: string, filter: (role: string) => string, count: number][] = [
  ["equality", (role) => `name = "${role}-03"`, 1],
  ["and with a difference", (role) => `anyOf(roleAttributes) = "${role}" and name != "${role}-03"`, 11],
  ["or in brackets", (role) => `(name = "${role}-03" or name = "${role}-04")`, 2],
  ["not", (role) => `anyOf(roleAttributes) = "${role}" and not name = "${role}-03"`, 11],
  ["in", (role) => `name in ["${role}-01", "${role}-02", "no such name"]`, 2],
  ["not in", (role) => `anyOf(roleAttributes) = "${role}" and name not in ["${role}-01"]`, 11],
  ["contains", (role) => `name contains "${role}-0"`, 10],
  ["icontains", (role) => `name icontains "${role.toUpperCase()}-1"`, 2],
  ["anyOf over a set", (role) => `anyOf(roleAttributes) = "${role}"`, 12],
  ["a tag with dashes in its key", (role) => `tags.agyn-managed-by = "${role}"`, 12],
  ["a tag that holds a number, and finds nothing", (role) => `tags.agyn-managed-by = "${role}" and tags.number = 3`, 0],
  ["isSystem", (role) => `tags.agyn-managed-by = "${role}" and isSystem = false`, 12],
  ["count", (role) => `name contains "${role}" and count(roleAttributes) = 1`, 12],
  ["a time", (role) => `name contains "${role}" and createdAt > datetime(2020-01-01T00:00:00Z)`, 12],
  ["isEmpty", (role) => `name contains "${role}" and isEmpty(roleAttributes)`, 0],
  ["true", (role) => `true and name = "${role}-03"`, 1],
  ["a limit in the filter", (role) => `anyOf(roleAttributes) = "${role}" limit 3`, 3],
];

const invalidFilters: readonly [title: string, filter: string][] = [
  ["a tag key in brackets", 'tags["agyn.part"] = "x"'],
  ["a field it does not know", 'colour = "red"'],
  ["a text that does not end", 'name = "x'],
  ["half a comparison", "name ="],
  ["a set outside anyOf", 'roleAttributes = "x"'],
  ["a text compared with numbers", "name between 1 and 2"],
  ["a text that is no condition", "name"],
  ["single quotes", "name = 'x'"],
];

/** Lists: pages, sorting, filters. */
export const listCases: readonly ContractCase[] = [
  ...filters.map(([title, filter, count]) => ({
    title: `filters by ${title}`,
    async run(api: ContractApi) {
      const { role } = await createTwelve(api);
      const { status, body } = await list(api, { filter: filter(role), limit: "100" });
      assert.deepEqual([status, body.data.length], [200, count]);
    },
  })),
  ...invalidFilters.map(([title, filter]) => ({
    title: `refuses a filter with ${title}`,
    async run(api: ContractApi) {
      assertError(await list(api, { filter }), 400, "INVALID_FILTER");
    },
  })),
  {
    title: "finds a name with quotes and backslashes in it",
    async run(api) {
      const name = `${api.name("odd")} "quoted" \\ name`;
      const id = await api.create("services", { name, encryptionRequired: true });
      const found = await api.find("services", `name = ${JSON.stringify(name)}`);
      assert.deepEqual(
        found.map((entry) => entry.id),
        [id],
      );
    },
  },
  {
    title: "shows ten objects unless it is asked for more, and counts all of them",
    async run(api) {
      const { role } = await createTwelve(api);
      const { body } = await list(api, { filter: `anyOf(roleAttributes) = "${role}"` });
      assert.equal(body.data.length, 10);
      assert.deepEqual(body.meta.pagination, { limit: 10, offset: 0, totalCount: 12 });
      assert.ok(body.meta.filterableFields.includes("name"));
    },
  },
  {
    title: "shows the rest from an offset, in the order asked for",
    async run(api) {
      const { role, names } = await createTwelve(api);
      const { body } = await list(api, { filter: `anyOf(roleAttributes) = "${role}"`, sort: "name", offset: "10" });
      assert.deepEqual(
        body.data.map(({ name }) => name),
        names.slice(10),
      );
      assert.deepEqual(body.meta.pagination, { limit: 10, offset: 10, totalCount: 12 });
    },
  },
  {
    title: "sorts downwards",
    async run(api) {
      const { role, names } = await createTwelve(api);
      const { body } = await list(api, { filter: `anyOf(roleAttributes) = "${role}"`, sort: "name desc", limit: "3" });
      assert.deepEqual(
        body.data.map(({ name }) => name),
        names.reverse().slice(0, 3),
      );
    },
  },
  {
    title: "accepts a limit above 500 and clamps it",
    async run(api) {
      const { status, body } = await list(api, { limit: "1000" });
      assert.deepEqual([status, body.meta.pagination.limit], [200, 500]);
    },
  },
  {
    title: "refuses a limit that is not a number, with a status of its own",
    async run(api) {
      assertError(await list(api, { limit: "many" }), 601, "COULD_NOT_VALIDATE", "limit");
    },
  },
  {
    title: "fails with UNHANDLED when it has to sort by a tag",
    async run(api) {
      assertError(await list(api, { sort: "tags.number" }), 500, "UNHANDLED");
    },
  },
  {
    title: "refuses to sort by a field it does not know",
    async run(api) {
      assertError(await list(api, { sort: "colour" }), 400, "INVALID_SORT_IDENTIFIER");
    },
  },
  {
    title: "answers a list that finds nothing with an empty list",
    async run(api) {
      const { status, body } = await list(api, { filter: 'name = "no such service"' });
      assert.deepEqual([status, body.data, body.meta.pagination.totalCount], [200, [], 0]);
    },
  },
  {
    title: "finds policies that hold any of several roles, joined with their tags",
    async run(api) {
      const mark = api.name("mark");
      const body = { type: "Dial", semantic: "AnyOf", identityRoles: ["#all"], tags: { "agyn-stack": mark } };
      const name = api.name("policy");
      await api.create("service-policies", { ...body, name, serviceRoles: ["#a", "#b"] });
      await api.create("service-policies", { ...body, name: `${name}-c`, serviceRoles: ["#c"] });
      const filter = `tags.agyn-stack = "${mark}" and anyOf(serviceRoles) in ["#b", "#all", "@id-of-nothing"]`;
      assert.deepEqual(
        (await api.find("service-policies", filter)).map((policy) => policy.name),
        [name],
      );
    },
  },
];
