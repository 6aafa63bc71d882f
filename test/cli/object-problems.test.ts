import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findObjectProblems } from "../../cli/shared/offline/object-problems";
import type { OfflineObject } from "../../cli/shared/offline/object";
import { registerObjects } from "../../cli/shared/offline/objects";
import { loadStack } from "../../cli/shared/offline/stack";
import { projectRoot } from "../support/project-root";
import { productionText, type Sections } from "./stack-variants";

const perHost = { tls: { mode: "perHost", hsts: true }, hosts: { llm: "llm.agents.acme-robotics.io" }, port: 2496 };
const packets = { enabled: true, llmProviders: ["anthropic"], admission: true, probe: true };
const traefik = { provider: "ingress", className: "traefik", controller: { entry: "mesh" } };
const gatewayApi = { provider: "gateway-api", className: "istio", tls: { mode: "perHost" } };

/** Changes of the sample of production, one per way of serving and of closing. */
const production: Readonly<Record<string, Sections>> = {
  istio: {},
  "istio per host, everything managed": {
    ingress: perHost,
    networkPolicies: packets,
    mesh: { manage: true },
    certManager: { manage: true },
  },
  "the Gateway API": { ingress: { ...perHost, ...gatewayApi } },
  "the Gateway API of another controller": {
    ingress: { provider: "gateway-api", className: "envoy", controller: { entry: "plaintext" } },
  },
  traefik: { ingress: { ...perHost, ...traefik } },
  haproxy: { ingress: { provider: "ingress", className: "haproxy", controller: { entry: "plaintext" } } },
  none: { ingress: { provider: "none" } },
};

/** Settings of bootstrap, which has the overlay's own public names. */
const bootstrap: Readonly<Record<string, Sections>> = {
  defaults: {},
  "network policies": { networkPolicies: packets },
  "the Gateway API": { ingress: gatewayApi },
  traefik: { ingress: traefik },
  "a controller cluster": { controller: { mode: "cluster" } },
  "a line in CoreDNS": { overlay: { clusterDns: "coredns-custom" } },
};

function bootstrapText(sections: Sections): string {
  return JSON.stringify({
    config: Object.fromEntries(Object.entries(sections).map(([key, value]) => [`agyn-networking:${key}`, value])),
  });
}

type Inputs = Readonly<Record<string, unknown>>;

/** One way in which an object does not fit, and what has to be said of it. */
interface Misfit {
  readonly title: string;
  readonly kind: string;
  /** Where the value goes; undefined as value takes away what is there. */
  readonly at: readonly (string | number)[];
  readonly value?: unknown;
  readonly says: RegExp;
}

const misfits: readonly Misfit[] = [
  {
    title: "a misspelt field",
    kind: "VirtualService",
    at: ["spec", "hots"],
    value: [],
    says: /^spec\.hots is no field there; did you mean hosts\?$/,
  },
  {
    title: "a field of nothing",
    kind: "PeerAuthentication",
    at: ["spec", "legacy"],
    value: true,
    says: /^spec\.legacy is no field there; known: mtls, /,
  },
  {
    title: "a strange field in a list",
    kind: "AuthorizationPolicy",
    at: ["spec", "rules", 0, "form"],
    value: [],
    says: /^spec\.rules\[0\]\.form is no field there; did you mean from\?$/,
  },
  {
    title: "a value outside of a list of values",
    kind: "PeerAuthentication",
    at: ["spec", "mtls", "mode"],
    value: "STRICTEST",
    says: /^spec\.mtls\.mode must be equal to one of .*STRICT.*received "STRICTEST"/,
  },
  {
    title: "a text for a number",
    kind: "Service",
    at: ["spec", "ports", 0, "port"],
    value: "8080",
    says: /^spec\.ports\[0\]\.port must be integer \(received "8080"\)$/,
  },
  {
    title: "a number for a text",
    kind: "Deployment",
    at: ["spec", "template", "spec", "serviceAccountName"],
    value: 7,
    says: /^spec\.template\.spec\.serviceAccountName must be string/,
  },
  {
    title: "one value for a list",
    kind: "VirtualService",
    at: ["spec", "hosts"],
    value: "chat",
    says: /^spec\.hosts must be array/,
  },
  {
    title: "a port beyond all ports",
    kind: "Gateway",
    at: ["spec", "servers", 0, "port", "number"],
    value: -1,
    says: /^spec\.servers\[0\]\.port\.number must be >= 0/,
  },
  {
    title: "a missing required field",
    kind: "Certificate",
    at: ["spec", "secretName"],
    says: /^spec\.secretName is required$/,
  },
  {
    title: "a missing field of a container",
    kind: "Deployment",
    at: ["spec", "template", "spec", "containers", 0, "name"],
    says: /containers\[0\]\.name is required$/,
  },
  {
    title: "neither number nor text where both may be",
    kind: "NetworkPolicy",
    at: ["spec", "ingress", 0, "ports", 0, "port"],
    value: [443],
    says: /^spec\.ingress\[0\]\.ports\[0\]\.port must match exactly one schema/,
  },
  { title: "a status", kind: "Namespace", at: ["status"], value: {}, says: /^status is no field there/ },
  {
    title: "a label that is no text",
    kind: "Namespace",
    at: ["metadata", "labels"],
    value: { injected: true },
    says: /^metadata\.labels\.injected must be string/,
  },
  {
    title: "a version that nobody serves",
    kind: "Telemetry",
    at: ["apiVersion"],
    value: "telemetry.istio.io/v2",
    says: /^kind telemetry\.istio\.io\/v2 Telemetry has no schema; known: v1 Namespace/,
  },
  {
    title: "a strange field of the overlay",
    kind: "OpenZiti ServicePolicy",
    at: ["roles"],
    value: [],
    says: /^roles roles is not a property of ServicePolicy/,
  },
  {
    title: "a wrong type of the overlay",
    kind: "OpenZiti ServicePolicy",
    at: ["identityRoles"],
    value: "#agents",
    says: /^identityRoles identityRoles /,
  },
];

function withValue(node: unknown, [step, ...rest]: Misfit["at"], value: unknown): unknown {
  if (step === undefined) return value;
  if (Array.isArray(node))
    return node.map((item: unknown, index) => (index === step ? withValue(item, rest, value) : item));
  const { [step]: before, ...others } = (node ?? {}) as Inputs;
  const after = withValue(before, rest, value);
  return after === undefined ? others : { ...others, [step]: after };
}

// A step into a list needs the item to be there.
function hasParent(node: unknown, at: Misfit["at"]): boolean {
  const [step, ...rest] = at;
  if (step === undefined || rest.length === 0) return true;
  const child = (node as Readonly<Record<string | number, unknown>> | undefined)?.[step];
  return (child !== undefined || typeof rest[0] === "string") && hasParent(child, rest);
}

describe("the objects of a stack, held against schemas", function () {
  this.timeout(60_000);
  const folder = mkdtempSync(path.join(os.tmpdir(), "agyn-objects-"));
  const seen = new Set<string>();
  let registered: readonly OfflineObject[] = [];

  before(async () => {
    registered = await objectsOf(bootstrapText({ networkPolicies: packets }));
  });
  after(() => rmSync(folder, { recursive: true }));

  const objectsOf = async (text: string): Promise<readonly OfflineObject[]> => {
    const file = path.join(folder, "Pulumi.prod.yaml");
    writeFileSync(file, text);
    return registerObjects(loadStack(file));
  };
  const assertFit = (objects: readonly OfflineObject[]) => {
    for (const { inputs } of objects) seen.add([inputs.apiVersion, inputs.kind].join(" "));
    assert.deepEqual(findObjectProblems(objects), []);
  };

  for (const [title, sections] of Object.entries(bootstrap)) {
    it(`fit in bootstrap with ${title}`, async () => assertFit(await objectsOf(bootstrapText(sections))));
  }
  for (const [title, changes] of Object.entries(production)) {
    it(`fit in production with ${title}`, async () => assertFit(await objectsOf(productionText(changes))));
  }
  for (const { title, kind, at, value, says } of misfits) {
    it(`are refused with ${title}, and with nothing else`, () => {
      const object = registered.find((one) => one.kind === kind && hasParent(one.inputs, at));
      assert.ok(object, `a ${kind} is registered`);
      const inputs = withValue(object.inputs, at, value) as Inputs;
      const problems = findObjectProblems([{ ...object, inputs }]);
      assert.equal(problems.length, 1, JSON.stringify(problems));
      assert.equal(problems[0]?.object, `${kind} ${object.name}`);
      assert.match(`${problems[0]?.key} ${problems[0]?.reason}`, says);
    });
  }

  it("have a schema for each kind that was registered, and none besides", () => {
    const table = JSON.parse(readFileSync(path.join(projectRoot, "generated/kubernetes-schemas.json"), "utf8")) as {
      kinds: object;
    };
    seen.delete(" ");
    assert.deepEqual([...seen].sort(), Object.keys(table.kinds).sort());
  });
});
