import assert from "node:assert/strict";
import { check } from "../../openziti/engine/check";
import { kinds } from "../../openziti/kinds";
import { Properties, unknown } from "../../openziti/values";
import { kindNamed, ownTags } from "../support/provider-inputs";

function reasons(kind: string, given: Properties, secrets: readonly string[] = []): string[] {
  const { failures } = check(kindNamed(kind), given, { ownTags, secrets: new Set(secrets) });
  return failures.map(({ reason }) => reason);
}

const policy = { name: "p", type: "Dial", identityRoles: ["#a"], serviceRoles: ["#b"] };
const intercept = { protocols: ["tcp"], addresses: ["a.ziti"], portRanges: [{ low: 1, high: 2 }] };
const interceptOf = (data: Properties) => ({ name: "c", configType: "intercept.v1", data: { ...intercept, ...data } });
const host = { protocol: "tcp", address: "gateway", port: 443 };
const hostOf = (data: Properties) => ({ name: "c", configType: "host.v1", data });
const router = { name: "r" };

const refused: readonly (readonly [when: string, kind: string, given: Properties, says: RegExp])[] = [
  [
    "a name with a blank at its end",
    "Service",
    { name: "gateway " },
    /^name must not begin or end with a blank.*"gateway "/,
  ],
  ["an empty name", "Service", { name: "" }, /^name must be a text that is not empty/],
  ["a name over 1024 bytes", "Service", { name: "ü".repeat(513) }, /^name must not be longer than 1024 bytes/],
  ["a name with a line break", "Service", { name: "a\nb" }, /^name must not contain control characters/],
  ["a missing name", "Service", {}, /^name is required$/],
  [
    "a property that does not exist",
    "ServicePolicy",
    { ...policy, identityRole: ["#a"] },
    /^identityRole is not a property .*identityRoles/,
  ],
  [
    "a wrong enumeration value",
    "ServicePolicy",
    { ...policy, type: "dial" },
    /^type must be one of Dial, Bind \(received "dial"\)/,
  ],
  [
    "a role without prefix",
    "ServicePolicy",
    { ...policy, serviceRoles: ["gateway"] },
    /^serviceRoles\[0\] must be #attribute, @id/,
  ],
  ["a role with a blank at its end", "ServicePolicy", { ...policy, serviceRoles: ["#a "] }, /^serviceRoles\[0\]/],
  ["an id with blanks, which is a name", "ServicePolicy", { ...policy, serviceRoles: ["@my service"] }, /never a name/],
  [
    "an empty list of roles",
    "ServicePolicy",
    { ...policy, serviceRoles: [] },
    /^serviceRoles must have at least one entry/,
  ],
  [
    "#all beside another role",
    "ServicePolicy",
    { ...policy, serviceRoles: ["#all", "#a"] },
    /^serviceRoles #all must be the only entry/,
  ],
  ["roles that are no list", "ServicePolicy", { ...policy, serviceRoles: "#a" }, /^serviceRoles must be a list/],
  [
    "an attribute with a prefix",
    "Service",
    { name: "s", roleAttributes: ["#a"] },
    /^roleAttributes\[0\] must be written without # or @/,
  ],
  ["a number where a text belongs", "Service", { name: "s", configs: [1] }, /^configs\[0\] must be a text/],
  [
    "a text where a switch belongs",
    "Service",
    { name: "s", encryptionRequired: "yes" },
    /^encryptionRequired must be true or false/,
  ],
  ["a tag that is no text", "Service", { name: "s", tags: { a: 1 } }, /^tags\.a must be a text/],
  [
    "a tag of the provider's own",
    "Service",
    { name: "s", tags: { "agyn-stack": "other" } },
    /^tags\.agyn-stack is set by the provider/,
  ],
  ["a cost out of range", "EdgeRouter", { ...router, cost: 65536 }, /^cost must be a whole number from 0 to 65535/],
  ["a broken cost", "EdgeRouter", { ...router, cost: 1.5 }, /^cost must be a whole number/],
  ["two enrollments", "Identity", { name: "i", enrollment: { ott: true, updb: "u" } }, /^enrollment must be exactly/],
  [
    "no way to log in",
    "AuthPolicy",
    { name: "a", primary: { cert: { allowed: false } } },
    /^primary allow at least one/,
  ],
  [
    "a misspelt factor",
    "AuthPolicy",
    { name: "a", primary: { certs: {} } },
    /^primary\.certs does not exist; allowed: cert, extJwt, updb/,
  ],
  [
    "a factor of the wrong type",
    "AuthPolicy",
    { name: "a", primary: { cert: { allowed: "yes" } } },
    /^primary\.cert\.allowed must be a boolean/,
  ],
  ["data that is no object", "Config", { name: "c", configType: "x", data: "text" }, /^data must be an object/],
  ["a missing part of intercept.v1", "Config", hostOf({}), /^data\.port give exactly one of port and forwardPort/],
  [
    "a strange part of intercept.v1",
    "Config",
    interceptOf({ port: 1 }),
    /^data\.port is not a property of this config type/,
  ],
  [
    "an unknown protocol",
    "Config",
    interceptOf({ protocols: ["tcp", "icmp"] }),
    /^data\.protocols\[1\] must be tcp or udp/,
  ],
  [
    "a low port above the high one",
    "Config",
    interceptOf({ portRanges: [{ low: 2, high: 1 }] }),
    /^data\.portRanges\[0\] low must not be greater/,
  ],
  [
    "a port out of range",
    "Config",
    interceptOf({ portRanges: [{ low: 1, high: 65536 }] }),
    /^data\.portRanges\[0\] must be \{low, high\}/,
  ],
  [
    "an address with a scheme",
    "Config",
    interceptOf({ addresses: ["https://a.ziti"] }),
    /^data\.addresses\[0\] must be a plain host/,
  ],
  [
    "an address with a blank",
    "Config",
    interceptOf({ addresses: ["a ziti"] }),
    /^data\.addresses\[0\] must not contain blanks/,
  ],
  ["no address", "Config", interceptOf({ addresses: [] }), /^data\.addresses must be a list with at least one entry/],
  [
    "a host with both address and its switch",
    "Config",
    hostOf({ ...host, forwardAddress: true }),
    /^data\.address give exactly one/,
  ],
  [
    "a switch set to false",
    "Config",
    hostOf({ protocol: "tcp", port: 1, forwardAddress: false }),
    /^data\.forwardAddress may only be true/,
  ],
];

describe("check of an object's inputs", () => {
  for (const [when, kind, given, says] of refused) {
    it(`refuses ${when}`, () => {
      const found = reasons(kind, given);
      assert.ok(
        found.some((reason) => says.test(reason)),
        `found: ${found.join("; ")}`,
      );
    });
  }

  const accepted: readonly (readonly [what: string, kind: string, given: Properties])[] = [
    ["a policy", "ServicePolicy", policy],
    ["an id among roles", "ServicePolicy", { ...policy, serviceRoles: ["@4PGk2bBnXdGTzwO28rgRIG", "#a"] }],
    ["#all alone", "ServicePolicy", { ...policy, serviceRoles: ["#all"] }],
    ["intercept.v1", "Config", interceptOf({})],
    ["a wildcard and a CIDR", "Config", interceptOf({ addresses: ["*.ziti", "10.0.0.0/8"] })],
    ["a fixed host.v1", "Config", hostOf(host)],
    [
      "a forwarding host.v1",
      "Config",
      hostOf({
        forwardProtocol: true,
        allowedProtocols: ["tcp"],
        address: "a",
        forwardPort: true,
        allowedPortRanges: [{ low: 1, high: 9 }],
      }),
    ],
    ["a config of a type it does not know", "Config", { name: "c", configType: "mine.v1", data: { anything: [1] } }],
    ["values that are not known yet", "ServicePolicy", { ...policy, name: unknown, serviceRoles: [unknown, "#a"] }],
    [
      "data that is not known yet",
      "Config",
      interceptOf({ addresses: [unknown], portRanges: [{ low: unknown, high: 2 }] }),
    ],
    ["a null for a property that is not given", "Service", { name: "s" }],
  ];
  for (const [what, kind, given] of accepted) {
    it(`accepts ${what}`, () => assert.deepEqual(reasons(kind, given), []));
  }

  it("lists everything that is wrong at once", () => {
    const found = reasons("ServicePolicy", {
      name: " x",
      type: "Dail",
      identityRoles: [],
      serviceRoles: ["px"],
      foo: 1,
    });
    assert.equal(found.length, 5);
  });

  it("shows no value of a property that is secret", () => {
    const [reason] = reasons("Service", { name: " hunter2" }, ["name"]);
    assert.match(reason ?? "", /^name must not begin/);
    assert.doesNotMatch(reason ?? "", /hunter2/);
  });

  it("fills in every default and the provider's tags", () => {
    const { inputs } = check(kindNamed("Service"), { name: "s", tags: { a: "b" } }, { ownTags, secrets: new Set() });
    assert.deepEqual(inputs, {
      name: "s",
      configs: [],
      roleAttributes: [],
      encryptionRequired: true,
      terminatorStrategy: "smartrouting",
      tags: { a: "b", ...ownTags },
    });
  });

  it("gives every field that is not required a default, except what only exists at creation", () => {
    for (const kind of kinds) {
      const open = kind.fields.filter(
        (field) => !field.required && field.default === undefined && !field.onlyAtCreation,
      );
      assert.deepEqual(open, []);
    }
  });
});
