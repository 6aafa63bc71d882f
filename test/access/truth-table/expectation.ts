import { rpcTable, type ProtoServiceRow } from "../../../generated/rpcs";

/** The header that tells the two views of an RPC apart: whether it is there, and whether it says anything. */
export type Header = "absent" | "present" | "empty";

/** Who may call an RPC: workloads by name, each in some states of the header or in all of them. */
export type Callers = ReadonlyMap<string, readonly Header[]>;

const anyHeader: readonly Header[] = ["absent", "present", "empty"];
const runners = "/agynio.api.runners.v1.RunnersService";
const agents = "/agynio.api.agents.v1.AgentsService";

// The specification's sentences, written out once more by hand: nothing here comes from the model.
const literal: Readonly<Record<string, Readonly<Record<string, readonly Header[]>>>> = {
  [`${runners}/CreateWorkload`]: { "agents-orchestrator": anyHeader },
  [`${runners}/UpdateWorkload`]: { "agents-orchestrator": anyHeader },
  [`${runners}/UpdateWorkloadStatus`]: { "agents-orchestrator": anyHeader },
  [`${runners}/DeleteWorkload`]: { "agents-orchestrator": anyHeader },
  [`${runners}/BatchUpdateWorkloadSampledAt`]: { "agents-orchestrator": anyHeader },
  [`${runners}/CreateVolume`]: { "agents-orchestrator": anyHeader },
  [`${runners}/UpdateVolume`]: { "agents-orchestrator": anyHeader },
  [`${runners}/BatchUpdateVolumeSampledAt`]: { "agents-orchestrator": anyHeader },
  [`${agents}/GetAgent`]: { "agents-orchestrator": ["absent"], gateway: ["present", "empty"] },
  [`${agents}/ResolveAgentIdentity`]: { tracing: anyHeader },
};

/** RPCs whose answer depends on the header: here all three of its states are tried. */
export const headerMatters: ReadonlySet<string> = new Set([`${agents}/GetAgent`]);

/** One RPC with everyone who may call it. */
export interface ExpectedRpc {
  readonly workload: string;
  readonly path: string;
  readonly callers: Callers;
}

function expectedCallers(row: ProtoServiceRow, name: string, platformExtras: boolean): Callers {
  if (row.transport === "overlay") return new Map();
  const method = row.methods.find((candidate) => candidate.name === name);
  const inCode = (method?.callers ?? [])
    .filter(({ status }) => status === "current" || status === "doc")
    .map(({ service }) => service);
  const named = literal[`/${row.proto}/${name}`];
  if (named === undefined) {
    const user = method?.exposure === "user" ? ["gateway"] : [];
    return new Map([...user, ...inCode].map((caller) => [caller, anyHeader]));
  }
  const extras = platformExtras ? inCode.filter((caller) => !(caller in named)) : [];
  // The Gateway reads the user's view alone, whatever else its code may do.
  const besides = extras.filter((caller) => caller !== "gateway");
  return new Map([...Object.entries(named), ...besides.map((caller) => [caller, anyHeader] as const)]);
}

/** Every RPC of the committed table and who may call it, without the model. `platformExtras`: for today's images. */
export function expectedRpcs(platformExtras: boolean): readonly ExpectedRpc[] {
  const rows: readonly ProtoServiceRow[] = rpcTable;
  return rows.flatMap((row) =>
    row.methods.map(({ name }) => ({
      workload: row.workload,
      path: `/${row.proto}/${name}`,
      callers: expectedCallers(row, name, platformExtras),
    })),
  );
}

const databases =
  "agents agents-orchestrator apps chat egress expose files groups identity images image-proxy llm metering networks " +
  "organizations runners secrets threads tracing users reminders telegram-connector agent-state openfga";

/** A port that is open as a whole, or to nobody: its callers by name, the ingress gateway as `ingress`. */
export interface ExpectedPort {
  readonly workload: string;
  readonly port: number;
  readonly protocol: "http" | "tcp";
  readonly callers: readonly string[];
}

const clients = ["platform-controller", "k8s-runner", "reminders", "telegram-connector"];

/** Every other port that a workload or a data store listens on, and who may use it. */
export const expectedPorts: readonly ExpectedPort[] = [
  { workload: "gateway", port: 8080, protocol: "http", callers: [...clients, "ingress"] },
  { workload: "chat-app", port: 3000, protocol: "http", callers: ["ingress"] },
  { workload: "console-app", port: 3000, protocol: "http", callers: ["ingress"] },
  { workload: "tracing-app", port: 3000, protocol: "http", callers: ["ingress"] },
  { workload: "media-proxy", port: 8080, protocol: "http", callers: ["ingress"] },
  { workload: "sandboxes-app", port: 3000, protocol: "http", callers: [] },
  { workload: "llm-proxy", port: 8080, protocol: "http", callers: [] },
  { workload: "image-proxy", port: 5000, protocol: "http", callers: [] },
  { workload: "terminal-proxy", port: 8080, protocol: "http", callers: [] },
  { workload: "reminders", port: 8080, protocol: "http", callers: [] },
  { workload: "telegram-connector", port: 8080, protocol: "http", callers: [] },
  { workload: "egress-gateway", port: 50051, protocol: "http", callers: [] },
  { workload: "ziti-management-db", port: 5432, protocol: "tcp", callers: ["ziti-management"] },
  { workload: "postgres", port: 5432, protocol: "tcp", callers: databases.split(" ") },
  {
    workload: "nats",
    port: 4222,
    protocol: "tcp",
    callers: ["agents-orchestrator", "apps", "groups", "networks", "users"],
  },
  { workload: "notifications-redis", port: 6379, protocol: "tcp", callers: ["notifications"] },
  { workload: "openfga", port: 8080, protocol: "http", callers: ["authorization"] },
  { workload: "minio", port: 9000, protocol: "http", callers: ["files"] },
];
