import assert from "node:assert/strict";
import type { Call } from "../../../access/model/call";
import type { Model } from "../../../access/model/model";
import type { Manifest } from "../../../access/render/manifest";
import type { Rendering } from "../../../access/render/render-all";
import type { Switches } from "./installations";

const base: Switches = {
  perHost: false,
  exceptions: false,
  extraCallers: true,
  networkPolicies: false,
  external: false,
  extras: true,
  renamed: true,
};

/** The settings under which faults are sought. Where packets are filtered, a fault of the mesh may let nobody through: each is sought where its layer decides alone. */
export const grounds = {
  mesh: { ...base, exceptions: true },
  callers: base,
  packets: { ...base, networkPolicies: true, exceptions: true },
} as const;
/** The name of a ground. */
export type GroundName = keyof typeof grounds;

type Json = Record<string, unknown>;

function copyOf<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}

// A fault in what is rendered: one object changed, the first that fits.
function changed(rendering: Rendering, kind: string, name: RegExp, change: (spec: Json) => void): Rendering {
  const copy = copyOf(rendering);
  const found = copy.manifests.find((one) => one.kind === kind && name.test(one.metadata.name));
  assert.ok(found, `${kind} ${name} is rendered`);
  change(found.spec);
  return copy;
}

function without(rendering: Rendering, isGone: (manifest: Manifest) => boolean): Rendering {
  const manifests = rendering.manifests.filter((manifest) => !isGone(manifest));
  assert.notEqual(manifests.length, rendering.manifests.length, "something is gone");
  return { ...rendering, manifests };
}

const list = (value: unknown) => value as Json[];

/** Faults of the renderers: what is there does not follow from the model. */
export const renderFaults: readonly (readonly [
  title: string,
  change: (rendering: Rendering) => Rendering,
  ground?: GroundName,
])[] = [
  [
    "a policy without its last rule",
    (all) => changed(all, "AuthorizationPolicy", /^runners$/, (spec) => list(spec.rules).pop()),
  ],
  ["a rule for everyone", (all) => changed(all, "AuthorizationPolicy", /^chat$/, (spec) => list(spec.rules).push({}))],
  [
    "a rule without its condition on the header",
    (all) =>
      changed(all, "AuthorizationPolicy", /^agents$/, (spec) => list(spec.rules).forEach((rule) => delete rule.when)),
    "callers",
  ],
  [
    "no policy for a callee",
    (all) => without(all, ({ kind, metadata }) => kind === "AuthorizationPolicy" && metadata.name === "users"),
  ],
  [
    "nothing that closes the rest",
    (all) => without(all, ({ kind, metadata }) => kind === "AuthorizationPolicy" && metadata.name === "allow-nothing"),
  ],
  [
    "no STRICT for the mesh",
    (all) => changed(all, "PeerAuthentication", /^exception-media-proxy$/, (spec) => delete spec.portLevelMtls),
  ],
  [
    "an exception for another port",
    (all) => changed(all, "PeerAuthentication", /^exception-runners$/, (spec) => delete spec.portLevelMtls),
  ],
  [
    "a network policy that is missing",
    (all) => without(all, ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === "runners-calls-in"),
    "packets",
  ],
  [
    "a way out that is missing",
    (all) => without(all, ({ kind, metadata }) => kind === "NetworkPolicy" && metadata.name === "gateway-calls-out"),
    "packets",
  ],
  [
    "a peer that is everyone",
    (all) =>
      changed(all, "NetworkPolicy", /^media-proxy-public-in$/, (spec) =>
        list(spec.ingress).forEach((rule) => {
          delete rule.from;
          rule.ports = [{ protocol: "TCP", port: 9999 }];
        }),
      ),
    "packets",
  ],
  [
    "a namespace that is not closed",
    (all) =>
      without(
        all,
        ({ kind, metadata }) =>
          kind === "NetworkPolicy" && metadata.namespace === "platform" && /-in$|default-deny/.test(metadata.name),
      ),
    "packets",
  ],
  [
    "a public host without routes",
    (all) => without(all, ({ kind, metadata }) => kind === "VirtualService" && metadata.name.includes("console")),
  ],
  [
    "a route to another workload",
    (all) =>
      changed(all, "VirtualService", /media/, (spec) => {
        const [http] = list(spec.http);
        (http as { route: Json[] }).route = [
          { destination: { host: "files.platform.svc.cluster.local", port: { number: 50051 } } },
        ];
      }),
  ],
  [
    "a Dial policy that is missing",
    (all) => ({
      ...all,
      overlay: {
        ...all.overlay,
        servicePolicies: all.overlay.servicePolicies.filter(({ name }) => name !== "tracing-dial"),
      },
    }),
  ],
  [
    "a Dial policy for one more role",
    (all) => ({
      ...all,
      overlay: {
        ...all.overlay,
        servicePolicies: all.overlay.servicePolicies.map((one) =>
          one.name === "llm-proxy-dial" ? { ...one, identityRoles: [...one.identityRoles, "#apps"] } : one,
        ),
      },
    }),
  ],
];

const swap = (model: Model, change: (call: Call) => Call | undefined): Model => ({
  ...model,
  calls: model.calls.flatMap((call) => change(call) ?? []),
});
const isOpened = (call: Call) => call.origin === "exceptions";

/** Faults of the answers: they are asked about another model than the one that was rendered. */
export const answerFaults: readonly (readonly [title: string, change: (model: Model) => Model, ground?: GroundName])[] =
  [
    [
      "who reaches a port without a certificate is not told",
      (model) => swap(model, (call) => (isOpened(call) ? undefined : call)),
    ],
    [
      "an RPC of a caller is not told",
      (model) =>
        swap(model, (call) =>
          call.origin === "extraCallers" && call.kind === "rpc" && call.rpcs.length < 5
            ? { ...call, rpcs: call.rpcs.slice(1) }
            : call,
        ),
    ],
    [
      "the condition on the header is not told",
      (model) => swap(model, (call) => ({ ...call, identityHeader: undefined }) as Call),
      "callers",
    ],
    ["a store's user is not told", (model) => swap(model, (call) => (call.callee === "minio" ? undefined : call))],
    [
      "the ingress counts as an account",
      (model) =>
        swap(model, (call) =>
          call.caller.kind === "entry"
            ? { ...call, caller: { kind: "account", principal: { namespace: "ingress", serviceAccount: "other" } } }
            : call,
        ),
    ],
    ["what speaks plaintext alone is told as open", (model) => ({ ...model, exceptions: [] })],
    [
      "the network policies are not told",
      (model) => ({
        ...model,
        options: { ...model.options, networkPolicies: { ...model.options.networkPolicies, enabled: false } },
      }),
      "packets",
    ],
    ["a public host is not told", (model) => ({ ...model, exposures: model.exposures.slice(1) })],
    [
      "a route is told that is not there",
      (model) => ({
        ...model,
        exposures: model.exposures.map((one) =>
          one.name === "media"
            ? { ...one, routes: [{ match: { kind: "prefix", path: "/" }, backend: "files", port: 50051 }] }
            : one,
        ),
      }),
    ],
    [
      "a dial is not told",
      (model) => ({
        ...model,
        overlay: {
          ...model.overlay,
          policies: model.overlay.policies.slice(1).filter(({ name }) => name !== "gateway-dial"),
        },
      }),
    ],
  ];
