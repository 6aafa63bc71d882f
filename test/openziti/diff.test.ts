import assert from "node:assert/strict";
import { Change, diff, mustDeleteFirst } from "../../openziti/engine/diff";
import { Properties, unknown } from "../../openziti/values";
import { checked, kindNamed } from "../support/provider-inputs";

const service = { name: "s", roleAttributes: ["a", "b"], configs: ["c1"] };
const policy = { name: "p", type: "Dial", identityRoles: ["#a", "#b"], serviceRoles: ["#c"] };
const data = { protocols: ["tcp", "udp"], addresses: ["a", "b"], portRanges: [{ low: 1, high: 2 }] };
const config = { name: "c", configType: "intercept.v1", data };

function changes(kind: string, olds: Properties, news: Properties): string[] {
  return diff(kindNamed(kind), checked(kindNamed(kind), olds), checked(kindNamed(kind), news)).map(describeChange);
}

function describeChange({ path, kind, replaces }: Change): string {
  return `${kind}${replaces ? "-replace" : ""} ${path}`;
}

const cases: readonly (readonly [
  what: string,
  kind: string,
  olds: Properties,
  news: Properties,
  expected: string[],
])[] = [
  ["a renamed object in place", "Service", service, { ...service, name: "t" }, ["update name"]],
  [
    "an added attribute by its new place",
    "Service",
    service,
    { ...service, roleAttributes: ["x", "b", "a"] },
    ["add roleAttributes[0]"],
  ],
  [
    "a removed attribute by its old place",
    "Service",
    service,
    { ...service, roleAttributes: ["b"] },
    ["delete roleAttributes[0]"],
  ],
  [
    "an exchanged entry as an update",
    "Service",
    service,
    { ...service, roleAttributes: ["x", "b"] },
    ["update roleAttributes[0]"],
  ],
  [
    "a list left out as emptied",
    "Service",
    service,
    { name: "s", configs: ["c1"] },
    ["delete roleAttributes[0]", "delete roleAttributes[1]"],
  ],
  ["another order as nothing", "ServicePolicy", policy, { ...policy, identityRoles: ["#b", "#a"] }, []],
  ["an entry given twice as nothing", "ServicePolicy", policy, { ...policy, identityRoles: ["#b", "#a", "#b"] }, []],
  [
    "encryption as a replacement",
    "Service",
    service,
    { ...service, encryptionRequired: false },
    ["update-replace encryptionRequired"],
  ],
  ["Dial to Bind as a replacement", "ServicePolicy", policy, { ...policy, type: "Bind" }, ["update-replace type"]],
  [
    "another semantic as a replacement",
    "ServicePolicy",
    policy,
    { ...policy, semantic: "AllOf" },
    ["update-replace semantic"],
  ],
  [
    "another config type as a replacement",
    "Config",
    config,
    { ...config, configType: "mine.v1" },
    ["update-replace configType"],
  ],
  [
    "a changed port by its path",
    "Config",
    config,
    { ...config, data: { ...data, portRanges: [{ low: 1, high: 3 }] } },
    ["update data.portRanges[0]"],
  ],
  [
    "protocols and addresses in another order as nothing",
    "Config",
    config,
    { ...config, data: { ...data, protocols: ["udp", "tcp"], addresses: ["b", "a"] } },
    [],
  ],
  [
    "keys in another order as nothing",
    "Config",
    config,
    { ...config, data: Object.fromEntries(Object.entries(data).reverse()) },
    [],
  ],
  [
    "a new part of the data as added",
    "Config",
    config,
    { ...config, data: { ...data, sourceIp: "x" } },
    ["add data.sourceIp"],
  ],
  [
    "a tag with a dotted key in brackets",
    "Service",
    service,
    { ...service, tags: { "a.b": "c" } },
    ['add tags["a.b"]'],
  ],
  [
    "an unknown entry as a change of this entry",
    "Service",
    service,
    { ...service, configs: [unknown] },
    ["update configs[0]"],
  ],
  ["an unknown value as a change", "Service", service, { ...service, name: unknown }, ["update name"]],
  [
    "a new enrollment as a replacement",
    "Identity",
    { name: "i" },
    { name: "i", enrollment: { ott: true } },
    ["add-replace enrollment"],
  ],
  ["an enrollment tidied away as nothing", "Identity", { name: "i", enrollment: { ott: true } }, { name: "i" }, []],
  [
    "one factor of an auth policy by its path",
    "AuthPolicy",
    { name: "a", primary: { cert: { allowed: true } } },
    { name: "a", primary: { cert: { allowed: true, allowExpiredCerts: true } } },
    ["update primary.cert.allowExpiredCerts"],
  ],
];

describe("difference between two sets of inputs", () => {
  for (const [what, kind, olds, news, expected] of cases) {
    it(`reports ${what}`, () => assert.deepEqual(changes(kind, olds, news), expected));
  }

  it("reports nothing for state from before a field with a default existed", () => {
    const kind = kindNamed("Service");
    const { terminatorStrategy, ...older } = checked(kind, service);
    assert.equal(terminatorStrategy, "smartrouting");
    assert.deepEqual(diff(kind, older, checked(kind, service)), []);
  });

  it("deletes first when the replacement takes the same name, and creates first under another", () => {
    const replaced: Change = { path: "encryptionRequired", kind: "update", replaces: true };
    const renamed: Change = { path: "name", kind: "update", replaces: false };
    assert.deepEqual([[replaced], [replaced, renamed], [renamed]].map(mustDeleteFirst), [true, false, false]);
  });
});
