/** A data store of the platform: one port, reached by principal and port, never by RPC. */
interface StoreRow {
  readonly port: number;
  readonly protocol: "postgres" | "nats" | "redis" | "http";
  /** Labels that select the store's pods in the platform namespace. */
  readonly selector: Readonly<Record<string, string>>;
}

const storeTable = {
  postgres: { port: 5432, protocol: "postgres", selector: { "app.kubernetes.io/name": "postgres" } },
  // The stack's own, for Ziti Management alone where the operator names no database for it.
  "ziti-management-db": {
    port: 5432,
    protocol: "postgres",
    selector: { "app.kubernetes.io/name": "ziti-management-db" },
  },
  nats: { port: 4222, protocol: "nats", selector: { "app.kubernetes.io/name": "nats" } },
  "notifications-redis": {
    port: 6379,
    protocol: "redis",
    selector: { "app.kubernetes.io/name": "notifications-redis" },
  },
  openfga: { port: 8080, protocol: "http", selector: { "app.kubernetes.io/name": "openfga" } },
  minio: { port: 9000, protocol: "http", selector: { app: "minio" } },
} as const satisfies Record<string, StoreRow>;

/** A data store the platform's workloads use. */
export type StoreName = keyof typeof storeTable;

/** A named port of a service. The pod listens on the same number; `appProtocol` is what the mesh must see it as. */
export interface ServicePort {
  readonly name: "grpc" | "http";
  readonly port: number;
  readonly appProtocol: "grpc" | "http";
}

const grpc: ServicePort = { name: "grpc", port: 50051, appProtocol: "grpc" };
const http: ServicePort = { name: "http", port: 8080, appProtocol: "http" };
const webApp: ServicePort = { ...http, port: 3000 };
const registry: ServicePort = { ...http, port: 5000 };

interface ServiceRow {
  /** First the port its RPCs, or its only protocol, are served on. Empty: a client without a Service. */
  readonly ports: readonly ServicePort[];
  readonly stores?: readonly StoreName[];
}

const serviceTable = {
  gateway: { ports: [http] },
  agents: { ports: [grpc], stores: ["postgres"] },
  "agents-orchestrator": { ports: [], stores: ["postgres", "nats"] },
  apps: { ports: [grpc], stores: ["postgres", "nats"] },
  authorization: { ports: [grpc], stores: ["openfga"] },
  chat: { ports: [grpc], stores: ["postgres"] },
  egress: { ports: [grpc], stores: ["postgres"] },
  "egress-gateway": { ports: [grpc] },
  expose: { ports: [grpc], stores: ["postgres"] },
  files: { ports: [grpc], stores: ["postgres", "minio"] },
  groups: { ports: [grpc], stores: ["postgres", "nats"] },
  identity: { ports: [grpc], stores: ["postgres"] },
  images: { ports: [grpc], stores: ["postgres"] },
  "image-proxy": { ports: [grpc, registry], stores: ["postgres"] },
  llm: { ports: [grpc], stores: ["postgres"] },
  "llm-proxy": { ports: [http] },
  "media-proxy": { ports: [http] },
  metering: { ports: [grpc], stores: ["postgres"] },
  networks: { ports: [grpc], stores: ["postgres", "nats"] },
  notifications: { ports: [grpc], stores: ["notifications-redis"] },
  organizations: { ports: [grpc], stores: ["postgres"] },
  runners: { ports: [grpc], stores: ["postgres"] },
  secrets: { ports: [grpc], stores: ["postgres"] },
  "terminal-proxy": { ports: [grpc, http] },
  threads: { ports: [grpc], stores: ["postgres"] },
  "token-counting": { ports: [grpc] },
  tracing: { ports: [grpc], stores: ["postgres"] },
  users: { ports: [grpc], stores: ["postgres", "nats"] },
  "ziti-management": { ports: [grpc], stores: ["postgres"] },
  "platform-controller": { ports: [] },
  "k8s-runner": { ports: [grpc] },
  reminders: { ports: [http], stores: ["postgres"] },
  "telegram-connector": { ports: [http], stores: ["postgres"] },
  "slack-connector": { ports: [] },
  "chat-app": { ports: [webApp] },
  "console-app": { ports: [webApp] },
  "tracing-app": { ports: [webApp] },
  "sandboxes-app": { ports: [webApp] },
  "agent-state": { ports: [grpc], stores: ["postgres"] },
} as const satisfies Record<string, ServiceRow>;

/** A platform workload: the name of its Kubernetes Service and of its ServiceAccount. */
export type ServiceName = keyof typeof serviceTable;

/** A platform workload as the model sees it. */
export interface Service {
  readonly name: ServiceName;
  readonly serviceAccount: string;
  readonly ports: readonly ServicePort[];
  readonly stores: readonly StoreName[];
  /** Labels that select its pods: the platform's charts put the service's name there. */
  readonly selector: Readonly<Record<string, string>>;
}

function toService([name, row]: [string, ServiceRow]): Service {
  return {
    name: name as ServiceName,
    serviceAccount: name,
    ports: row.ports,
    stores: row.stores ?? [],
    selector: { "app.kubernetes.io/name": name },
  };
}

/** Every platform workload, in the order of the table. */
export const services: readonly Service[] = Object.entries(serviceTable).map(toService);

const servicesByName = new Map<string, Service>(services.map((service) => [service.name, service]));

/** The names of every platform workload. */
export const serviceNames: readonly ServiceName[] = services.map(({ name }) => name);

/** The names of every data store. */
export const storeNames = Object.keys(storeTable) as readonly StoreName[];

/** Tells whether `name` is a platform workload. */
export function isServiceName(name: string): name is ServiceName {
  return servicesByName.has(name);
}

/** Tells whether `name` is a data store of the platform. */
export function isStoreName(name: string): name is StoreName {
  return Object.hasOwn(storeTable, name);
}

/** The workload called `name`. */
export function findService(name: ServiceName): Service {
  const service = servicesByName.get(name);
  if (service === undefined) throw new Error(`no service "${name}": the services are ${serviceNames.join(", ")}`);
  return service;
}

/** The data store called `name`. */
export function findStore(name: StoreName): StoreRow {
  return storeTable[name];
}

/** The port of `name` that speaks `protocol`. Throws when it serves none. */
export function findPort(name: ServiceName, protocol: ServicePort["name"]): number {
  const found = findService(name).ports.find((port) => port.name === protocol);
  if (found === undefined) throw new Error(`service "${name}" serves no ${protocol} port`);
  return found.port;
}

/** The ingress gateway: not of the platform, but the only workload the public reaches. Its release has the same name. */
export const ingressGateway = {
  serviceAccount: "istio-ingressgateway",
  selector: { istio: "ingressgateway" },
  httpPort: 80,
  /** Istio's health check of the gateway's pods. */
  statusPort: 15021,
} as const;

/** Workloads with an overlay identity of their own: they talk to the controller's client API and to edge routers. */
export const overlayMembers: readonly ServiceName[] = [
  "gateway",
  "agents-orchestrator",
  "egress-gateway",
  "llm-proxy",
  "runners",
  "terminal-proxy",
  "tracing",
  "k8s-runner",
  "reminders",
  "telegram-connector",
];

/** The OpenZiti controller and routers: pods by pod port, and the Services that carry their public names. */
export const overlayPods = {
  controller: {
    selector: { "app.kubernetes.io/name": "ziti-controller" },
    clientPort: 1280,
    /** The management API has a listener of its own, which is never public. */
    managementPort: 1281,
    publicService: "ziti-controller-client",
    managementService: "ziti-controller-mgmt",
  },
  router: { selector: { "app.kubernetes.io/name": "ziti-router" }, edgePort: 3022, publicService: "ziti-router-edge" },
} as const;
