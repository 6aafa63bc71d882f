import type { Call, RpcCall } from "../../../access/model/call";
import type { Model } from "../../../access/model/model";
import { identityHeader } from "../../../access/platform/patterns";
import { rpcs, rpcsOf } from "../../../access/platform/rpcs";
import { isServiceName } from "../../../access/platform/services";
import type { Draw } from "./draw";
import { undeclaredPort, type Workload } from "./workloads";
import { principalOf } from "../../support/callers";

/** Who sends a request. Without `principal` the client has no certificate. */
export interface Caller {
  /** `<trust domain>/ns/<namespace>/sa/<ServiceAccount>`. */
  readonly principal?: string;
  /** Who signed the certificate: the mesh's authority or one that only has its name. */
  readonly signedBy: "mesh" | "stranger";
  readonly plaintext: boolean;
}

/** One request to one sidecar. `path` is absent on ports that speak no HTTP. */
export interface MeshCase {
  readonly callee: Workload;
  readonly caller: Caller;
  readonly port: number;
  readonly method: "POST" | "GET";
  readonly path?: string;
  /** Value of the identity header; absent when undefined. */
  readonly identity?: string;
}

const headerValues: Readonly<Record<"present" | "absent", readonly (string | undefined)[]>> = {
  present: ["user-1", ""],
  absent: [undefined],
};
const anyHeaderValue = [...headerValues.present, ...headerValues.absent];

function toCase(callee: Workload, call: Call, { options }: Model, draw: Draw, path: string | undefined): MeshCase {
  const { namespace, serviceAccount } = principalOf(call.caller);
  const wanted = call.kind === "rpc" ? call.identityHeader : undefined;
  return {
    callee,
    caller: {
      principal: `${options.mesh.trustDomain}/ns/${namespace}/sa/${serviceAccount}`,
      signedBy: "mesh",
      plaintext: false,
    },
    port: call.port,
    method: "POST",
    path,
    identity: draw.one(wanted === undefined ? anyHeaderValue : headerValues[wanted]),
  };
}

function pathsOf(call: Call, callee: Workload): readonly (string | undefined)[] {
  if (call.kind === "rpc") return call.rpcs;
  const speaksHttp = callee.ports.some(({ number, protocol }) => number === call.port && protocol !== "TCP");
  return speaksHttp ? ["/any/path"] : [undefined];
}

/**
 * Every pair of caller and RPC, or of caller and port, that the model permits on these workloads by a certificate. What is
 * open without one has cases of its own.
 */
export function permittedCases(model: Model, workloads: readonly Workload[], draw: Draw): readonly MeshCase[] {
  return workloads.flatMap((callee) =>
    model.calls
      .filter((call) => call.callee === callee.name && call.caller.kind !== "anyone")
      .flatMap((call) => pathsOf(call, callee).map((path) => toCase(callee, call, model, draw, path))),
  );
}

/** Changes a permitted request, or gives undefined where the change means nothing. */
export type Change = (permitted: MeshCase, draw: Draw, model: Model) => MeshCase | undefined;

function rename(text: (principal: string, draw: Draw, model: Model) => string): Change {
  return (permitted, draw, model) => {
    const { principal = "" } = permitted.caller;
    return { ...permitted, caller: { ...permitted.caller, principal: text(principal, draw, model) } };
  };
}

function respell(text: (path: string, draw: Draw) => string): Change {
  return (permitted, draw) => {
    const { path, port, callee } = permitted;
    const speaksGrpc = callee.ports.some(({ number, protocol }) => number === port && protocol === "GRPC");
    return path !== undefined && speaksGrpc ? { ...permitted, path: text(path, draw) } : undefined;
  };
}

const otherRpc: Change = (permitted, draw) => {
  const { name } = permitted.callee;
  if (permitted.path === undefined || !isServiceName(name)) return undefined;
  const others = rpcsOf(name).map(({ path }) => path as string);
  return others.length > 0 ? { ...permitted, path: draw.one(others) } : undefined;
};

const otherHeaderState: Change = (permitted, draw, { calls }) => {
  const decides = (call: Call): call is RpcCall =>
    call.kind === "rpc" && call.identityHeader !== undefined && call.rpcs.includes(permitted.path ?? "");
  if (!calls.some(decides)) return undefined;
  const identity = permitted.identity === undefined ? draw.one(headerValues.present) : undefined;
  return { ...permitted, identity };
};

const foreignPaths = [
  "/grpc.health.v1.Health/Check",
  "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  "/agynio.api.runners.v1.RunnersService/Nothing",
  "/",
  ...rpcs.filter(({ transport }) => transport === "overlay").map(({ path }) => path),
];

/** Changes that must keep every request out: a rule that lacks its ports, or its methods, shows in its own RPCs alone. */
export const closingEverywhere: Readonly<Record<string, Change>> = {
  "a port that no Service declares": (permitted) => ({ ...permitted, port: undeclaredPort }),
  "GET on the path of an RPC": (permitted, draw, model) => {
    const same = respell((path) => path)(permitted, draw, model);
    return same && { ...same, method: "GET" };
  },
};

/** Further changes that must keep a request out, by what they are. Some make a request that is permitted too: not a case then. */
export const closingChanges: Readonly<Record<string, Change>> = {
  "another ServiceAccount of the platform": rename((principal, draw, { services }) =>
    principal.replace(/[^/]+$/, draw.one(services).serviceAccount),
  ),
  "the same ServiceAccount of another namespace": rename((principal, draw) =>
    principal.replace(/\/ns\/[^/]+/, `/ns/${draw.one(["default", "workloads", "platform-2", "istio-system"])}`),
  ),
  "a ServiceAccount whose name only begins or ends alike": rename((principal, draw) =>
    draw.one([`${principal}-2`, principal.replace("/sa/", "/sa/x-"), principal.slice(0, -1), principal.toUpperCase()]),
  ),
  "the namespace's default ServiceAccount": rename((principal) => principal.replace(/[^/]+$/, "default")),
  "an RPC of the callee that is not the caller's": otherRpc,
  "a path that is no RPC of the callee": respell((_path, draw) => draw.one(foreignPaths)),
  "the identity header in the other state": otherHeaderState,
  "a doubled slash": respell((path) => path.replace("/", "//")),
  "an encoded slash": respell((path) => path.replace(/\/(?=[^/]+$)/, "%2F")),
  "path parameters": respell((path) => `${path};x=1`),
  "a slash at the end": respell((path) => `${path}/`),
  "another case": respell((path) => path.toLowerCase()),
  "a stranger's certificate with the same identity": (permitted) => ({
    ...permitted,
    caller: { ...permitted.caller, signedBy: "stranger" },
  }),
  "an identity of another trust domain": rename((principal) => principal.replace(/^[^/]+/, "elsewhere.test")),
  "TLS without a certificate": (permitted) => ({ ...permitted, caller: { signedBy: "mesh", plaintext: false } }),
  plaintext: (permitted) => ({ ...permitted, caller: { signedBy: "mesh", plaintext: true } }),
};

/** Other spellings of a permitted path that the sidecar takes for the same. */
export const harmlessChanges: Readonly<Record<string, Change>> = {
  "an encoded letter": respell((path) => path.replace(/\/[^/]+$/, (last) => `/%${hex(last[1])}${last.slice(2)}`)),
  "dot segments": respell((path) => `/x/..${path}`),
  "encoded dot segments": respell((path) => `/x/%2e%2e${path}`),
  "a query": respell((path) => `${path}?x=1`),
};

function hex(character = ""): string {
  return character.charCodeAt(0).toString(16);
}

/** The header of a request that stands for a user's identity. */
export function identityHeaders({ identity }: MeshCase): Record<string, string> {
  return identity === undefined ? {} : { [identityHeader]: identity };
}
