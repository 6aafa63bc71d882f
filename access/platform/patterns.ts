import type { RpcPath } from "./rpcs";
import type { ServiceName } from "./services";

/** State of the `x-identity-id` header that a rule asks for. */
export type HeaderState = "present" | "absent";

/** Header by which a callee tells a user's call (present) from the platform's own (absent). It authenticates nobody. */
export const identityHeader = "x-identity-id";

/** RPCs that the specification gives to named callers alone; further callers in code are extras of today's images. */
interface Pattern {
  readonly rpcs: readonly RpcPath[];
  readonly callers: readonly { readonly service: ServiceName; readonly identityHeader?: HeaderState }[];
  readonly because: string;
}

const runners = "/agynio.api.runners.v1.RunnersService";
const agents = "/agynio.api.agents.v1.AgentsService";

/** The specification's literal patterns. No RPC is in two of them. */
export const patterns: readonly Pattern[] = [
  {
    rpcs: [
      `${runners}/CreateWorkload`,
      `${runners}/UpdateWorkload`,
      `${runners}/UpdateWorkloadStatus`,
      `${runners}/DeleteWorkload`,
      `${runners}/BatchUpdateWorkloadSampledAt`,
      `${runners}/CreateVolume`,
      `${runners}/UpdateVolume`,
      `${runners}/BatchUpdateVolumeSampledAt`,
    ],
    callers: [{ service: "agents-orchestrator" }],
    because: "The Agents Orchestrator alone decides which workloads and volumes exist.",
  },
  {
    rpcs: [`${agents}/GetAgent`],
    callers: [
      { service: "agents-orchestrator", identityHeader: "absent" },
      { service: "gateway", identityHeader: "present" },
    ],
    because:
      "One RPC has two views: without a user's identity it shows the configuration fields, for the Agents Orchestrator " +
      "alone; with it, what that user may see, through the Gateway.",
  },
  {
    rpcs: [`${agents}/ResolveAgentIdentity`],
    callers: [{ service: "tracing" }],
    because: "Tracing alone turns the overlay identity of a reporting agent into the agent.",
  },
];

/** Internal RPCs that nobody calls: closed on purpose. An RPC that is new in the table must be given a caller or listed here. */
export const closedRpcs: readonly RpcPath[] = [
  `${agents}/SetInstanceDefaultThread`,
  `${runners}/ValidateServiceToken`,
  "/agynio.api.apps.v1.AppsService/ValidateServiceToken",
  "/agynio.api.apps.v1.AppsService/GetInstallationConfiguration",
  "/agynio.api.authorization.v1.AuthorizationService/BatchCheck",
  "/agynio.api.authorization.v1.AuthorizationService/ListUsers",
  "/agynio.api.images.v1.ImagesService/RegisterPlatformImage",
  "/agynio.api.organizations.v1.OrganizationsService/RegisterPlatformOrganization",
];
