import { buildFlows, managedNamespaces } from "../../model/flows";
import type { AddressesEnd, Flow } from "../../model/flows/flow";
import type { Call } from "../../model/call";
import { pathPattern, type Exposure } from "../../model/exposure";
import type { Model } from "../../model/model";
import { identityHeader } from "../../platform/patterns";
import { callersNamed } from "../lists";
import { overlayTargets } from "../overlay-policies";
import { publicPassthroughs, servedExposures } from "../public-layer";
import type { Permission } from "./fact";

type Parts = Omit<Permission, "kind" | "key">;

function permission(parts: Parts): Permission {
  const { subject, action, target, condition = "" } = parts;
  return { kind: "permission", key: [subject, action, target, condition].join("\0"), ...parts };
}

const clause = (because: string) => because.trim().replace(/\.$/, "");

const states = [
  ["present", `with the ${identityHeader} header`],
  ["absent", `without the ${identityHeader} header`],
] as const;

// An RPC that is open whatever the header says is open in both of its states: so a narrower rule is a true difference.
function callPermissions(model: Model, call: Call): Permission[] {
  const because = clause(call.because);
  return callersNamed(model, call).flatMap((subject) => {
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
  });
}

function exposurePermissions({ host, routes, because }: Exposure): Permission[] {
  return routes.map((route) => {
    const target = `${route.backend} at https://${host}${pathPattern(route)}`;
    return permission({ area: "public", subject: "the public", action: "reach", target, because: clause(because) });
  });
}

function publicPermissions(model: Model): Permission[] {
  const passed = publicPassthroughs(model).map(({ name, host }) =>
    permission({
      area: "public",
      subject: "the public",
      action: "reach",
      target: `the overlay's ${name} at ${host}, whose TLS is passed through`,
    }),
  );
  return [...servedExposures(model).flatMap(exposurePermissions), ...passed];
}

function overlayPermissions({ overlay }: Model): Permission[] {
  return overlay.policies.flatMap((policy) => {
    const { type, identityRoles, because } = policy;
    const action = type === "Dial" ? "dial" : "host";
    return identityRoles.flatMap((role) =>
      overlayTargets(policy).map((target) =>
        permission({ area: "overlay", subject: `#${role}`, action, target, because: clause(because) }),
      ),
    );
  });
}

// What an exception opens to clients without a certificate is among the calls: this is about the connection alone.
function exceptionPermissions({ options, exceptions }: Model): Permission[] {
  return exceptions.map(({ workload, port, namespace, mode, because }) => {
    const place = [
      ...(port === undefined ? [] : [`port ${port} of`]),
      workload === undefined ? "every pod of" : "",
      [namespace ?? options.namespaces.platform, workload].filter((part) => part !== undefined).join("/"),
    ].join(" ");
    const target = `${place.replace(/ +/g, " ").trim()} in plaintext${mode === "DISABLE" ? " alone" : ""}`;
    const subject = "clients without a certificate";
    return permission({ area: "mesh", subject, action: "connect to", target, because: clause(because) });
  });
}

function egressPermission(
  { from, ports, because }: Flow & { readonly from: { readonly kind: "pods" } },
  to: AddressesEnd,
) {
  const isWhole = Object.keys(from.labels).length === 0;
  const where = ports.map(({ port }) => port).join(", ");
  return to.blocks.map(({ cidr, except }) =>
    permission({
      area: "egress",
      subject: isWhole ? `every pod of ${from.namespace}` : from.name,
      action: "leave the cluster to",
      target: `${cidr}${except.length > 0 ? " (its public part)" : ""} on port ${where}`,
      because: clause(because),
    }),
  );
}

// Ways to addresses outside of the cluster; without network policies all are open, and none is listed.
function egressPermissions(model: Model): Permission[] {
  if (!model.options.networkPolicies.enabled) return [];
  const managed = managedNamespaces(model);
  return buildFlows(model).flatMap((flow) => {
    const { from, to } = flow;
    if (from.kind !== "pods" || to.kind !== "addresses" || !managed.includes(from.namespace)) return [];
    return egressPermission({ ...flow, from }, to);
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

/** Everything that anyone may do in one installation. */
export function permissionsOf(model: Model): Permission[] {
  return merge([
    ...model.calls.flatMap((call) => callPermissions(model, call)),
    ...publicPermissions(model),
    ...overlayPermissions(model),
    ...exceptionPermissions(model),
    ...egressPermissions(model),
  ]);
}
