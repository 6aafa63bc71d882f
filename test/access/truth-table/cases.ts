import { serviceNames } from "../../../access/platform/services";
import type { MeshRequest, Verdict } from "../../support/istio-evaluator";
import {
  expectedPorts,
  expectedRpcs,
  headerMatters,
  type ExpectedPort,
  type ExpectedRpc,
  type Header,
} from "./expectation";

/** One request and what has to become of it. */
export interface Case {
  /** What the case is about, to find it again: a path or a port. */
  readonly subject: string;
  readonly request: MeshRequest;
  readonly expected: Verdict;
}

/** One who calls: by name where the expectation names it, with what its connection shows. */
interface Caller {
  readonly name: string;
  readonly shows: Pick<MeshRequest, "principal" | "foreignAuthority">;
  /** Its connection ends in TLS. */
  readonly refused?: true;
}

const rpcPort = 50051;
const undeclaredPort = 9999;
const platform = "platform";

function principal(serviceAccount: string, namespace = platform, trustDomain = "cluster.local") {
  return { principal: `${trustDomain}/ns/${namespace}/sa/${serviceAccount}` };
}

const named: readonly Caller[] = [
  ...[...serviceNames, "openfga"].map((name) => ({ name, shows: principal(name) })),
  { name: "ingress", shows: principal("istio-ingressgateway", "ingress") },
];

const strangers: readonly Caller[] = [
  { name: "the default account", shows: principal("default") },
  { name: "another workload beside the ingress gateway", shows: principal("default", "ingress") },
  { name: "the ingress gateway's name elsewhere", shows: principal("istio-ingressgateway") },
  { name: "nobody", shows: {}, refused: true },
  { name: "a foreign trust domain", shows: principal("gateway", platform, "evil.test"), refused: true },
  { name: "a foreign authority", shows: { ...principal("gateway"), foreignAuthority: true }, refused: true },
];

// The same names in a namespace that is not the platform's.
const namesakes: readonly Caller[] = named.map(({ name }) => ({
  name: `${name} of another namespace`,
  shows: principal(name, "elsewhere"),
}));

/** Everyone who calls in the table. */
export const callers: readonly Caller[] = [...named, ...strangers, ...namesakes];

const labels: Readonly<Record<string, Readonly<Record<string, string>>>> = { minio: { app: "minio" } };

/** The pods of a workload. */
export function podsOf(workload: string) {
  return { namespace: platform, labels: labels[workload] ?? { "app.kubernetes.io/name": workload } };
}

const headers: Readonly<Record<Header, Readonly<Record<string, string>>>> = {
  absent: {},
  present: { "x-identity-id": "5f2c" },
  empty: { "x-identity-id": "" },
};

type Request = Partial<Pick<MeshRequest, "method" | "path" | "headers">> & { readonly port: number };

function toCase(subject: string, workload: string, { shows, refused }: Caller, request: Request, opens: boolean): Case {
  const expected = refused ? "refused" : opens ? "allowed" : "denied";
  return { subject, request: { ...podsOf(workload), ...shows, ...request }, expected };
}

function rpcCases({ workload, path, callers: permitted }: ExpectedRpc): Case[] {
  const states: Header[] = headerMatters.has(path) ? ["absent", "present", "empty"] : ["absent", "present"];
  const request = { method: "POST", path, port: rpcPort };
  return callers.flatMap((caller) => {
    const open = permitted.get(caller.name) ?? [];
    const inState = (state: Header) => ({ ...request, headers: headers[state] });
    return [
      ...states.map((state) => toCase(path, workload, caller, inState(state), open.includes(state))),
      ...nearlyCases(path, workload, caller, open),
    ];
  });
}

// What is nearly a permitted call, tried by everyone: another port. By those who may: another method, a path that is
// longer, one that ends the same, one of the same service.
function nearlyCases(path: string, workload: string, caller: Caller, open: readonly Header[]): Case[] {
  const method = path.slice(path.lastIndexOf("/"));
  const request = { method: "POST", path, port: rpcPort, headers: headers[open[0] ?? "absent"] };
  const denied = (change: Partial<Request>) => toCase(path, workload, caller, { ...request, ...change }, false);
  return [
    denied({ port: undeclaredPort }),
    ...(open.length === 0
      ? []
      : [
          denied({ method: "GET" }),
          denied({ path: `${path}2` }),
          denied({ path: `/another.Service${method}` }),
          denied({ path: path.replace(method, "/Invented") }),
        ]),
  ];
}

function portCases({ workload, port, protocol, callers: permitted }: ExpectedPort): Case[] {
  const request = protocol === "http" ? { method: "GET", path: "/", headers: {} } : {};
  const subject = String(port);
  return callers.flatMap((caller) => [
    toCase(subject, workload, caller, { ...request, port }, permitted.includes(caller.name)),
    toCase(subject, workload, caller, { ...request, port: undeclaredPort }, false),
  ]);
}

// Requests that are right for another workload: a policy that selects too much lets them in.
function misdirectedCases(workload: string, rpcs: readonly ExpectedRpc[]): Case[] {
  const foreign = rpcs.filter((rpc) => rpc.workload !== workload && rpc.callers.size > 0);
  const firsts = foreign.filter((rpc, index) => foreign.findIndex((it) => it.workload === rpc.workload) === index);
  const own = [
    ...expectedPorts,
    ...(rpcs.some((rpc) => rpc.workload === workload) ? [{ workload, port: rpcPort }] : []),
  ]
    .filter((port) => port.workload === workload)
    .map(({ port }) => port);
  const byName = (name: string) => named.find((caller) => caller.name === name);
  const ofRpcs = firsts.flatMap(({ path, callers: permitted }) => {
    const [name, states] = [...permitted][0] ?? ["", []];
    const caller = byName(name);
    const request = { method: "POST", path, port: rpcPort, headers: headers[states[0] ?? "absent"] };
    return caller === undefined || own.includes(rpcPort) === false
      ? []
      : [toCase(path, workload, caller, request, false)];
  });
  const ofPorts = expectedPorts.flatMap(({ port, callers: permitted }) => {
    const caller = byName(permitted[0] ?? "");
    return caller === undefined || own.includes(port) ? [] : [toCase(String(port), workload, caller, { port }, false)];
  });
  return [...ofRpcs, ...ofPorts];
}

/** The truth table by workload: every pair of caller and RPC or port, in every state that may matter. */
export function buildTable(platformExtras: boolean): ReadonlyMap<string, readonly Case[]> {
  const rpcs = expectedRpcs(platformExtras);
  const workloads = new Set<string>([...serviceNames, ...expectedPorts.map(({ workload }) => workload)]);
  return new Map(
    [...workloads].map((workload) => [
      workload,
      [
        ...rpcs.filter((rpc) => rpc.workload === workload).flatMap(rpcCases),
        ...expectedPorts.filter((port) => port.workload === workload).flatMap(portCases),
        ...misdirectedCases(workload, rpcs),
      ],
    ]),
  );
}
