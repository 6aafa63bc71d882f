import type { Call, Principal } from "../../access/model/calls";
import { passthroughHosts, type Exposure } from "../../access/model/exposure";
import type { Manifest } from "../../access/render/manifest";
import type { Model } from "../../access/model/model";
import { identityHeader } from "../../access/platform/patterns";
import type { Permission } from "./fact";

type Parts = Omit<Permission, "kind" | "key">;

function permission(parts: Parts): Permission {
  const { subject, action, target, condition = "" } = parts;
  return { kind: "permission", key: [subject, action, target, condition].join("\0"), ...parts };
}

const clause = (because: string) => because.trim().replace(/\.$/, "");

// Asked for every call: searching the services each time would grow with the square of the platform.
const accounts = new WeakMap<Model["services"], ReadonlyMap<string, string>>();

function workloadOf(services: Model["services"], serviceAccount: string): string | undefined {
  const known = accounts.get(services) ?? new Map(services.map((service) => [service.serviceAccount, service.name]));
  accounts.set(services, known);
  return known.get(serviceAccount);
}

/** A caller in a sentence: the workload's name, or `namespace/account` for everybody else. */
export function callerName({ services, options }: Model, { namespace, serviceAccount }: Principal): string {
  const { platform, ingress } = options.namespaces;
  if (namespace === platform) return workloadOf(services, serviceAccount) ?? serviceAccount;
  return namespace === ingress ? "the ingress gateway" : `${namespace}/${serviceAccount}`;
}

const states = [
  ["present", `with the ${identityHeader} header`],
  ["absent", `without the ${identityHeader} header`],
] as const;

// An RPC that is open whatever the header says is open in both of its states: so a narrower rule is a true difference.
function callPermissions(model: Model, call: Call): Permission[] {
  const subject = callerName(model, call.caller);
  const because = clause(call.because);
  if (call.kind === "port") {
    return [permission({ area: "calls", subject, action: "use", target: `${call.callee}:${call.port}`, because })];
  }
  return call.rpcs.flatMap((rpc) =>
    states
      .filter(([state]) => call.identityHeader === undefined || call.identityHeader === state)
      .map(([, condition]) => {
        const target = `${call.callee}.${rpc.slice(rpc.lastIndexOf("/") + 1)}`;
        return permission({ area: "calls", subject, action: "call", target, condition, because });
      }),
  );
}

function exposurePermissions({ host, routes, because }: Exposure): Permission[] {
  return routes.map(({ match, backend }) => {
    const path = match.kind === "prefix" ? `${match.path}*` : match.path;
    const target = `${backend} at https://${host}${path}`;
    return permission({ area: "public", subject: "the public", action: "reach", target, because: clause(because) });
  });
}

function publicPermissions({ options, exposures }: Model): Permission[] {
  const passed = passthroughHosts(options).map(({ name, host }) =>
    permission({
      area: "public",
      subject: "the public",
      action: "reach",
      target: `the overlay's ${name} at ${host}, whose TLS is passed through`,
    }),
  );
  return [...exposures.flatMap(exposurePermissions), ...passed];
}

function overlayPermissions({ overlay }: Model): Permission[] {
  return overlay.policies.flatMap(({ type, identityRoles, serviceRoles, services, because }) => {
    const targets = [...services, ...serviceRoles.map((role) => `#${role}`)];
    const action = type === "Dial" ? "dial" : "host";
    return identityRoles.flatMap((role) =>
      targets.map((target) =>
        permission({ area: "overlay", subject: `#${role}`, action, target, because: clause(because) }),
      ),
    );
  });
}

function exceptionPermissions({ options }: Model): Permission[] {
  return options.mesh.exceptions.map(({ workload, port, namespace, mode, because }) => {
    const place = [
      ...(port === undefined ? [] : [`port ${port} of`]),
      workload === undefined ? "every pod of" : "",
      [namespace ?? options.namespaces.platform, workload].filter((part) => part !== undefined).join("/"),
    ].join(" ");
    const target = `${place.replace(/ +/g, " ").trim()} in plaintext${mode === "DISABLE" ? " alone" : ""}`;
    const subject = "clients without a certificate";
    return permission({ area: "mesh", subject, action: "reach", target, because: clause(because) });
  });
}

interface EgressRule {
  readonly to?: readonly {
    readonly ipBlock?: { readonly cidr: string; readonly except?: readonly string[] };
  }[];
  readonly ports?: readonly { readonly port: number }[];
}

function podsOf({ metadata, spec }: Manifest): string {
  const { matchLabels = {} } = (spec.podSelector ?? {}) as { matchLabels?: Record<string, string> };
  const [name] = Object.values(matchLabels);
  return name ?? `every pod of ${metadata.namespace}`;
}

// Read from what is rendered, since that is what decides; the kinds of ends outside of the cluster are address blocks.
function egressPermissions(networkPolicies: readonly Manifest[]): Permission[] {
  return networkPolicies.flatMap((policy) => {
    const because = policy.metadata.annotations?.["networking.agyn.io/because"];
    return ((policy.spec.egress ?? []) as readonly EgressRule[]).flatMap(({ to = [], ports = [] }) => {
      const where = ports.length === 0 ? "every port" : `port ${ports.map(({ port }) => port).join(", ")}`;
      return to.flatMap(({ ipBlock }) =>
        ipBlock === undefined
          ? []
          : permission({
              area: "egress",
              subject: podsOf(policy),
              action: "leave the cluster to",
              target: `${ipBlock.cidr}${ipBlock.except ? " (its public part)" : ""} on ${where}`,
              ...(because !== undefined && { because: clause(because) }),
            }),
      );
    });
  });
}

// One permission may have several reasons: the platform's and the operator's own.
function merge(permissions: readonly Permission[]): Permission[] {
  const merged = new Map<string, Permission>();
  for (const one of permissions) {
    const before = merged.get(one.key);
    const reasons = new Set([before?.because, one.because].filter((reason) => reason !== undefined));
    const isNew = before === undefined || reasons.size === 0;
    merged.set(one.key, isNew ? one : { ...one, because: [...reasons].join("; ") });
  }
  return [...merged.values()];
}

/** Everything that anybody may do in one installation. `networkPolicies` are the rendered ones, none when off. */
export function permissionsOf(model: Model, isPublic: boolean, networkPolicies: readonly Manifest[]): Permission[] {
  return merge([
    ...model.calls.flatMap((call) => callPermissions(model, call)),
    ...(isPublic ? publicPermissions(model) : []),
    ...overlayPermissions(model),
    ...exceptionPermissions(model),
    ...egressPermissions(networkPolicies),
  ]);
}
