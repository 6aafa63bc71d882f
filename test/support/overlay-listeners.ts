import { ofType, type Registration, type Run } from "./registrations";

/** What answers behind a Service's port, and the names in the certificate it presents. Names as the charts make them. */
export interface Listener {
  readonly kind: "control plane" | "client API" | "management API" | "edge";
  readonly service: string;
  readonly namespace: string;
  readonly port: number;
  readonly certificateNames: readonly string[];
}

/** The values of a chart as they are read here. */
export interface ChartValues {
  readonly fullnameOverride: string;
  readonly cluster?: { readonly mode: string; readonly nodeName?: string; readonly endpoint?: string };
  readonly clientApi?: Api;
  readonly managementApi?: Api;
  readonly ctrlPlane?: Partial<Api>;
  readonly webBindingPki?: { readonly enabled?: boolean };
  readonly ctrl?: { readonly endpoint?: string };
  readonly edge?: Api;
  readonly csr?: { readonly sans?: { readonly dns?: readonly string[] } };
}

interface Api {
  readonly advertisedHost: string;
  readonly advertisedPort: number;
  readonly dnsNames?: readonly string[];
}

const release = "kubernetes:helm.sh/v3:Release";

/** The releases of one of the overlay's charts, the first node first. */
export function releasesOf(run: Run, chart: "ziti-controller" | "ziti-router"): readonly Registration[] {
  const found = ofType(run, release).filter(({ inputs }) => String(inputs.chart).endsWith(chart));
  return [...found].sort((a, b) => String(a.inputs.name).localeCompare(String(b.inputs.name)));
}

/** A release's values. */
export function valuesOf({ inputs }: Registration): ChartValues {
  return inputs.values as ChartValues;
}

/** Every name a pod may use for a Service, from the shortest, which works in its own namespace alone. */
export function serviceNames(service: string, namespace: string): readonly string[] {
  return ["", `.${namespace}`, `.${namespace}.svc`, `.${namespace}.svc.cluster.local`].map((end) => service + end);
}

/** Every listener of the overlay's releases. */
export function listenersOf(run: Run): readonly Listener[] {
  const controllers = releasesOf(run, "ziti-controller").flatMap(controllerListeners);
  return [
    ...controllers,
    ...sharedListeners(run, controllers),
    ...releasesOf(run, "ziti-router").flatMap(routerListeners),
  ];
}

// The control plane and the client API share a port: the protocol a client asks for decides which certificate it sees.
// Unless every web listener has a certificate of its own (the chart's default), they present the control plane's.
function controllerListeners(installed: Registration): Listener[] {
  const { fullnameOverride: name, clientApi, managementApi, ctrlPlane = {}, webBindingPki } = valuesOf(installed);
  if (clientApi === undefined || managementApi === undefined) throw new Error(`${name} serves no API`);
  const namespace = String(installed.inputs.namespace);
  const client = [
    ...serviceNames(`${name}-client`, namespace),
    clientApi.advertisedHost,
    ...(clientApi.dnsNames ?? []),
  ];
  const control = [
    ...["localhost", "ziti-controller", ...serviceNames(`${name}-ctrl`, namespace)],
    ...[ctrlPlane.advertisedHost ?? clientApi.advertisedHost, ...(ctrlPlane.dnsNames ?? [])],
    ...(webBindingPki?.enabled === false ? client : []),
  ];
  const management = [
    ...serviceNames(`${name}-mgmt`, namespace),
    ...[managementApi.advertisedHost, ...(managementApi.dnsNames ?? [])],
  ];
  const shared = { service: `${name}-client`, namespace, port: clientApi.advertisedPort };
  const own = { service: `${name}-mgmt`, namespace, port: managementApi.advertisedPort };
  return [
    { kind: "control plane", ...shared, certificateNames: control },
    { kind: "client API", ...shared, certificateNames: ["localhost", "ziti-controller", ...client] },
    { kind: "management API", ...own, certificateNames: ["localhost", ...management] },
  ];
}

// A Service of the program's own that selects the pods of every node: any of them answers, with its own certificate.
function sharedListeners(run: Run, controllers: readonly Listener[]): Listener[] {
  const management = controllers.filter(({ kind }) => kind === "management API");
  return ofType(run, "kubernetes:core/v1:Service").flatMap(({ inputs }) => {
    const { metadata, spec } = inputs as unknown as SharedService;
    if (spec.selector["app.kubernetes.io/name"] !== "ziti-controller") return [];
    const place = { service: metadata.name, namespace: metadata.namespace };
    return spec.ports.flatMap(({ port }) => management.map((listener) => ({ ...listener, ...place, port })));
  });
}

interface SharedService {
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly spec: { readonly selector: Readonly<Record<string, string>>; readonly ports: readonly { port: number }[] };
}

function routerListeners(installed: Registration): Listener[] {
  const { fullnameOverride: name, edge, csr } = valuesOf(installed);
  if (edge === undefined) throw new Error(`${name} has no edge`);
  const certificateNames = ["localhost", edge.advertisedHost, ...(csr?.sans?.dns ?? [])];
  const namespace = String(installed.inputs.namespace);
  return [{ kind: "edge", service: `${name}-edge`, namespace, port: edge.advertisedPort, certificateNames }];
}
