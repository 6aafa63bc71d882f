import assert from "node:assert/strict";
import { ContractApi, ContractCase, Json, assertError } from "./contract-api";

const intercept = { protocols: ["tcp"], addresses: ["service.example"], portRanges: [{ low: 80, high: 80 }] };
const host = { protocol: "tcp", address: "backend.example", port: 8080 };

async function findType(api: ContractApi, name: string): Promise<Json> {
  const [type] = await api.find("config-types", `name = "${name}"`);
  assert.ok(type, `no config type ${name}`);
  return type;
}

async function config(
  api: ContractApi,
  type: string,
  data: object,
): Promise<{ name: string; configTypeId: string; data: object }> {
  return { name: api.name("config"), configTypeId: (await findType(api, type)).id, data };
}

// title, config type, data, the field the refusal names
const refused: readonly [title: string, type: string, data: object, field: string][] = [
  ["intercept.v1 without addresses", "intercept.v1", { ...intercept, addresses: undefined }, "(root)"],
  ["intercept.v1 with an unknown property", "intercept.v1", { ...intercept, ports: [80] }, "(root)"],
  ["intercept.v1 with an unknown protocol", "intercept.v1", { ...intercept, protocols: ["sctp"] }, "protocols.0"],
  ["intercept.v1 with no address", "intercept.v1", { ...intercept, addresses: [] }, "addresses"],
  ["intercept.v1 with the same address twice", "intercept.v1", { ...intercept, addresses: ["a", "a"] }, "addresses"],
  [
    "intercept.v1 with a port above 65535",
    "intercept.v1",
    { ...intercept, portRanges: [{ low: 1, high: 65536 }] },
    "portRanges.0.high",
  ],
  ["intercept.v1 with half a port range", "intercept.v1", { ...intercept, portRanges: [{ low: 1 }] }, "portRanges.0"],
  ["host.v1 without a port", "host.v1", { protocol: "tcp", address: "backend.example" }, "(root)"],
  [
    "host.v1 that forwards ports without a list of them",
    "host.v1",
    { protocol: "tcp", address: "a", forwardPort: true },
    "(root)",
  ],
  ["host.v1 with forwardPort false", "host.v1", { ...host, forwardPort: false }, "forwardPort"],
  ["host.v1 with a port that is text", "host.v1", { ...host, port: "8080" }, "port"],
  ["host.v2 without terminators", "host.v2", {}, "(root)"],
];

const accepted: readonly [title: string, type: string, data: object][] = [
  ["intercept.v1 with dial options", "intercept.v1", { ...intercept, dialOptions: { connectTimeoutSeconds: 10 } }],
  [
    "intercept.v1 with a range that runs backwards",
    "intercept.v1",
    { ...intercept, portRanges: [{ low: 90, high: 80 }] },
  ],
  [
    "intercept.v1 with a scheme in its address",
    "intercept.v1",
    { ...intercept, addresses: ["https://service.example"] },
  ],
  [
    "host.v1 that forwards ports",
    "host.v1",
    { protocol: "tcp", address: "a", forwardPort: true, allowedPortRanges: [{ low: 1, high: 9 }] },
  ],
  ["host.v1 with port checks", "host.v1", { ...host, portChecks: [{ address: "a:1", interval: "5s", timeout: "1s" }] }],
  ["host.v2 with one terminator", "host.v2", { terminators: [host] }],
];

/** Configs and config types. */
export const configCases: readonly ContractCase[] = [
  ...refused.map(([title, type, data, field]) => ({
    title: `refuses ${title}`,
    async run(api: ContractApi) {
      const reply = await api.call("POST", "/configs", await config(api, type, data));
      assertError(reply, 400, "COULD_NOT_VALIDATE", field);
    },
  })),
  ...accepted.map(([title, type, data]) => ({
    title: `accepts ${title} and keeps it as it was sent`,
    async run(api: ContractApi) {
      const id = await api.create("configs", await config(api, type, data));
      assert.deepEqual((await api.read("configs", id)).data, data);
    },
  })),
  {
    title: "shows a config with its type",
    async run(api) {
      const shown = await api.read("configs", await api.create("configs", await config(api, "host.v1", host)));
      assert.deepEqual([(shown.configType as Json).name, shown.configTypeId], ["host.v1", "NH5p4FpGR"]);
    },
  },
  {
    title: "refuses a config of an unknown type",
    async run(api) {
      const body = { name: api.name("config"), configTypeId: "no-such-type", data: {} };
      assertError(await api.call("POST", "/configs", body), 400, "COULD_NOT_VALIDATE", "type");
    },
  },
  {
    title: "wants the whole data in a PATCH of a config",
    async run(api) {
      const id = await api.create("configs", await config(api, "intercept.v1", intercept));
      const part = { data: { protocols: ["udp"] } };
      assertError(await api.call("PATCH", `/configs/${id}`, part), 400, "COULD_NOT_VALIDATE", "(root)");
      const { status } = await api.call("PATCH", `/configs/${id}`, { data: { ...intercept, protocols: ["udp"] } });
      assert.equal(status, 200);
      assert.deepEqual((await api.read("configs", id)).data, { ...intercept, protocols: ["udp"] });
    },
  },
  {
    title: "refuses a PATCH of a config that leaves data out",
    async run(api) {
      const id = await api.create("configs", await config(api, "intercept.v1", intercept));
      const reply = await api.call("PATCH", `/configs/${id}`, { name: api.name("renamed") });
      assertError(reply, 400, "COULD_NOT_VALIDATE");
    },
  },
  {
    title: "detaches a deleted config from its service",
    async run(api) {
      const id = await api.create("configs", await config(api, "host.v1", host));
      const service = await api.create("services", {
        name: api.name("service"),
        encryptionRequired: true,
        configs: [id],
      });
      assert.deepEqual((await api.read("services", service)).configs, [id]);
      assert.equal((await api.call("DELETE", `/configs/${id}`)).status, 200);
      assert.deepEqual((await api.read("services", service)).configs ?? [], []);
    },
  },
  {
    title: "refuses to delete a config that is assigned to an identity",
    async run(api) {
      const id = await api.create("configs", await config(api, "host.v1", host));
      const service = await api.create("services", { name: api.name("service"), encryptionRequired: true });
      const identity = await api.create("identities", { name: api.name("identity"), type: "Default", isAdmin: false });
      const assignment = [{ serviceId: service, configId: id }];
      assert.equal((await api.call("POST", `/identities/${identity}/service-configs`, assignment)).status, 200);
      assertError(await api.call("DELETE", `/configs/${id}`), 500, "UNHANDLED");
      assert.equal((await api.call("DELETE", `/identities/${identity}/service-configs`, assignment)).status, 200);
      assert.equal((await api.call("DELETE", `/configs/${id}`)).status, 200);
    },
  },
  {
    title: "refuses two configs of one type on a service",
    async run(api) {
      const ids = [
        await api.create("configs", await config(api, "host.v1", host)),
        await api.create("configs", await config(api, "host.v1", host)),
      ];
      const body = { name: api.name("service"), encryptionRequired: true, configs: ids };
      assertError(await api.call("POST", "/services", body), 400, "COULD_NOT_VALIDATE", "configs");
    },
  },
  {
    title: "refuses a service with an unknown config",
    async run(api) {
      const body = { name: api.name("service"), encryptionRequired: true, configs: ["no-such-config"] };
      assertError(await api.call("POST", "/services", body), 404, "NOT_FOUND");
    },
  },
  {
    title: "knows the built-in config types by constant ids",
    async run(api) {
      const ids = [(await findType(api, "intercept.v1")).id, (await findType(api, "host.v1")).id];
      assert.deepEqual(ids, ["g7cIWbcGg", "NH5p4FpGR"]);
    },
  },
  {
    title: "refuses to delete a config type in use",
    async run(api) {
      const type = await api.create("config-types", { name: api.name("type"), schema: {} });
      await api.create("configs", { name: api.name("config"), configTypeId: type, data: { any: "thing" } });
      assertError(await api.call("DELETE", `/config-types/${type}`), 500, "UNHANDLED");
    },
  },
];
