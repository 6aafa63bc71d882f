import type { ServicePort } from "./facts";

/** How Istio treats a port. `sniffed`: nothing is declared, and the first bytes of each connection decide. */
export type Treatment = "http2" | "http" | "tls" | "tcp" | "sniffed";

const treatments: Readonly<Record<string, Treatment>> = {
  grpc: "http2",
  "grpc-web": "http2",
  http2: "http2",
  "kubernetes.io/h2c": "http2",
  http: "http",
  "kubernetes.io/ws": "http",
  "kubernetes.io/wss": "http",
  https: "tls",
  tls: "tls",
  tcp: "tcp",
  mongo: "tcp",
  redis: "tcp",
  mysql: "tcp",
};

/** What a port declares: its appProtocol, or else what its name begins with. */
export function treatmentOf({ appProtocol, name }: ServicePort): Treatment {
  if (appProtocol !== undefined) return tryFindTreatment(appProtocol) ?? "sniffed";
  const lower = (name ?? "").toLowerCase();
  if (lower === "grpc-web" || lower.startsWith("grpc-web-")) return "http2";
  return tryFindTreatment(lower.split("-")[0] ?? "") ?? "sniffed";
}

function tryFindTreatment(protocol: string): Treatment | undefined {
  const lower = protocol.toLowerCase();
  return Object.hasOwn(treatments, lower) ? treatments[lower] : undefined;
}

/** The declaration of a port as a person finds it in the Service. */
export function describePort({ appProtocol, name }: ServicePort): string {
  const port = name === undefined ? "no name" : `name ${name}`;
  return appProtocol === undefined ? port : `appProtocol ${appProtocol}, ${port}`;
}
