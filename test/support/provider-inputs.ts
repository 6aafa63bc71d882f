import assert from "node:assert/strict";
import * as fc from "fast-check";
import { Engine } from "../../openziti/engine";
import { check } from "../../openziti/engine/check";
import { kinds } from "../../openziti/kinds";
import { Kind } from "../../openziti/kinds/kind";
import { Properties, Value } from "../../openziti/values";
import { tlsFixtures } from "./contract-double";
import { MemoryController } from "./provider-controller";

/** The tags of the stack under test. */
export const ownTags = { "agyn-managed-by": "agyn-networking", "agyn-stack": "test" };

/** An engine as a new provider process has it. */
export function engineOn(controller: MemoryController, { adopt = false, tags = ownTags } = {}): Engine {
  let minutes = 0; // time flies: nothing that is kept for a while is kept between two steps of a test
  const now = () => minutes++ * 60_000;
  return new Engine(controller, { adopt, ownTags: tags, pause: () => Promise.resolve(), now });
}

/** The kind of this name. */
export function kindNamed(name: string): Kind {
  const kind = kinds.find((each) => each.name === name);
  assert.ok(kind, `no kind ${name}`);
  return kind;
}

/** Inputs as they leave a check that found nothing wrong. */
export function checked(kind: Kind, given: Properties, tags: Readonly<Record<string, string>> = ownTags): Properties {
  const { inputs, failures } = check(kind, given, { ownTags: tags, secrets: new Set() });
  assert.deepEqual(failures, []);
  return inputs;
}

// As JSON carries it: without a negative zero.
const jsonValue = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const word = fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9._-]{0,8}$/);
const longWord = fc.stringMatching(/^[a-z]{6,12}$/);
const words = fc.uniqueArray(word, { maxLength: 4 });
const role = fc
  .oneof(
    word.map((text) => `#${text}`),
    word.map((text) => `@${text}`),
  )
  .filter((text) => text !== "#all");
const roles = fc.oneof(fc.constant(["#all"]), fc.uniqueArray(role, { minLength: 1, maxLength: 4 }));
const optional = { requiredKeys: [] as [] };
const common = { name: fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }).filter(isName) };
const tags = fc.dictionary(word, fc.string(), { maxKeys: 3, noNullPrototype: true });
const semantic = fc.constantFrom("AnyOf", "AllOf");
const port = fc.integer({ min: 0, max: 65535 });
const range = fc.tuple(port, port).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));
const intercept = fc.record({
  protocols: fc.uniqueArray(fc.constantFrom("tcp", "udp"), { minLength: 1 }),
  addresses: fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
  portRanges: fc.array(range, { minLength: 1, maxLength: 3 }),
});

function isName(text: string): boolean {
  return text === text.trim() && text !== "" && !/\p{Cc}/u.test(text);
}

function kindInputs(required: Record<string, fc.Arbitrary<unknown>>, more: Record<string, fc.Arbitrary<unknown>>) {
  const rest = fc.record({ tags, ...more }, optional);
  return fc.tuple(fc.record({ ...common, ...required }), rest).map(([a, b]) => ({ ...a, ...b }));
}

const inputsByKind: Readonly<Record<string, fc.Arbitrary<Properties>>> = {
  Config: fc.oneof(
    kindInputs({ configType: fc.constant("intercept.v1"), data: intercept }, {}),
    kindInputs(
      { configType: fc.constant("custom.v1"), data: fc.dictionary(word, jsonValue, { noNullPrototype: true }) },
      {},
    ),
  ),
  Service: kindInputs({}, { configs: words, roleAttributes: words, encryptionRequired: fc.boolean() }),
  ServicePolicy: kindInputs(
    { type: fc.constantFrom("Dial", "Bind"), identityRoles: roles, serviceRoles: roles },
    { semantic, postureCheckRoles: roles },
  ),
  EdgeRouterPolicy: kindInputs({ edgeRouterRoles: roles, identityRoles: roles }, { semantic }),
  ServiceEdgeRouterPolicy: kindInputs({ edgeRouterRoles: roles, serviceRoles: roles }, { semantic }),
  Identity: kindInputs(
    {},
    { roleAttributes: words, isAdmin: fc.boolean(), externalId: word, enrollment: fc.constant({ ott: true }) },
  ),
  AuthPolicy: kindInputs(
    { primary: fc.record({ cert: fc.record({ allowed: fc.constant(true), allowExpiredCerts: fc.boolean() }) }) },
    { secondary: fc.record({ requireTotp: fc.boolean(), requireExtJwtSigner: word }, optional) },
  ),
  ConfigType: kindInputs({}, { schema: fc.dictionary(word, word, { noNullPrototype: true }) }),
  ExternalJwtSigner: kindInputs(
    { issuer: word, audience: word, jwksEndpoint: word },
    { enabled: fc.boolean(), claimsProperty: word, useExternalId: fc.boolean(), clientId: word, scopes: words },
  ),
  CertificateAuthority: kindInputs(
    { certPem: fc.constant(tlsFixtures.ca) },
    { isAutoCaEnrollmentEnabled: fc.boolean(), isAuthEnabled: fc.boolean(), identityRoles: words },
  ),
  Authenticator: fc
    .record({ tags, identityId: word, username: longWord, password: longWord })
    .map((given) => ({ ...given, method: "updb" })),
  EdgeRouter: kindInputs(
    {},
    { roleAttributes: words, cost: port, isTunnelerEnabled: fc.boolean(), noTraversal: fc.boolean() },
  ),
};

/** Valid inputs of any kind, as a program gives them. */
export const anyInputs = fc
  .constantFrom(...kinds)
  .chain((kind) => fc.tuple(fc.constant(kind), inputsOf(kind)))
  .map(([kind, given]) => ({ kind, given }));

/** Valid inputs of one kind. */
export function inputsOf(kind: Kind): fc.Arbitrary<Properties> {
  const inputs = inputsByKind[kind.name];
  assert.ok(inputs, `test/support/provider-inputs.ts has no inputs for ${kind.name}`);
  return inputs;
}

/** The same properties with the entries of every list without order turned round. */
export function reversed(value: Value): Value {
  if (Array.isArray(value)) return [...(value as Value[])].reverse();
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, reversed(item)]));
}
