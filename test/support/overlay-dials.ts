import { type ChartValues, listenersOf, type Listener, releasesOf, serviceNames, valuesOf } from "./overlay-listeners";
import { findOne, ofType, type Run } from "./registrations";

/** Something in the cluster that opens a TLS connection to the overlay: by which name, from where, and to what. */
export interface Dial {
  readonly who: string;
  readonly from: string;
  readonly to: Listener["kind"];
  readonly host: string;
  readonly port: number;
}

/** Every dial that follows from what the program registered, with what charts and enrollment make of it. */
export function dialsOf(run: Run): readonly Dial[] {
  return [...controllerDials(run), ...routerDials(run), ...clientDials(run), ...managementDials(run)];
}

const overlay = (run: Run) => String(releasesOf(run, "ziti-controller")[0]?.inputs.namespace);
const controllers = (run: Run) => releasesOf(run, "ziti-controller").map(valuesOf);

function dial(who: string, from: string, to: Listener["kind"], address: string): Dial {
  const { hostname, port } = new URL(`https://${address.replace(/^(tls:|https:\/\/)/, "")}`);
  return { who, from, to, host: hostname, port: Number(port || 443) };
}

// Nodes dial the one they join, then each other under what each advertises.
function controllerDials(run: Run): Dial[] {
  const nodes = controllers(run);
  const joining = nodes.flatMap(({ fullnameOverride: name, cluster }) =>
    cluster?.endpoint === undefined ? [] : [dial(`${name} joining`, overlay(run), "control plane", cluster.endpoint)],
  );
  const ready = ofType(run, "openziti:index:ReadyController").flatMap(({ inputs }) =>
    ((inputs.members ?? []) as { id: string; address: string }[]).map(({ id, address }) =>
      dial(`the leader adding ${id}`, overlay(run), "control plane", address),
    ),
  );
  const meeting = nodes.length === 1 ? [] : nodes;
  const advertised = meeting.map((node) =>
    dial(`a node of ${node.fullnameOverride}'s cluster`, overlay(run), "control plane", controlAddress(node)),
  );
  return [...joining, ...ready, ...advertised];
}

// What a node says of itself, in tokens too.
function controlAddress({ clientApi, ctrlPlane }: ChartValues): string {
  const { advertisedHost, advertisedPort } = { ...clientApi, ...ctrlPlane };
  return `${advertisedHost}:${advertisedPort}`;
}

// A token is good at its issuer, the client API of whichever node made it; nothing else is asked about it. Unless it is told
// an endpoint, a router dials those of all nodes, which are in the token.
function routerDials(run: Run): Dial[] {
  const nodes = controllers(run);
  return releasesOf(run, "ziti-router").flatMap((installed) => {
    const { fullnameOverride: name, ctrl } = valuesOf(installed);
    const issuers = nodes.map(({ clientApi }) => `${clientApi?.advertisedHost}:${clientApi?.advertisedPort}`);
    const endpoints = ctrl?.endpoint === undefined ? nodes.map(controlAddress) : [ctrl.endpoint];
    return [
      ...issuers.map((address) => dial(`${name} enrolling`, overlay(run), "client API", address)),
      ...endpoints.map((address) => dial(`${name} running`, overlay(run), "control plane", address)),
    ];
  });
}

// Whoever has an identity signs in at any node and enters at a router, by the names the controller tells.
function clientDials(run: Run): Dial[] {
  const apis = controllers(run).map(({ clientApi }) => ["client API", clientApi] as const);
  const edges = releasesOf(run, "ziti-router").map((one) => ["edge", valuesOf(one).edge] as const);
  return ["agyn-workloads", "agyn-platform"].flatMap((from) =>
    [...apis, ...edges].map(([to, api]) =>
      dial(`an identity in ${from}`, from, to, `${api?.advertisedHost}:${api?.advertisedPort}`),
    ),
  );
}

function managementDials(run: Run): Dial[] {
  const { url } = findOne(run, "pulumi:providers:openziti", "overlay-controller").inputs;
  const secret = findOne(run, "kubernetes:core/v1:Secret", "overlay-ziti-management-secret").inputs;
  const { controllerUrl } = secret.stringData as { controllerUrl: string };
  return [
    ...String(url)
      .split(",")
      .map((one) => dial("the provider", overlay(run), "management API", one)),
    dial("Ziti Management", "agyn-platform", "management API", controllerUrl),
  ];
}

/** What is wrong with the dials: a name that leads nowhere, to another listener, or that the certificate does not have. */
export function dialProblems(run: Run): readonly string[] {
  const listeners = listenersOf(run);
  const rewrites = rewritesOf(run);
  return dialsOf(run).flatMap(({ who, from, to, host, port }) => {
    const name = rewrites.get(host) ?? host;
    const answering = listeners.filter(({ service, namespace }) =>
      serviceNames(service, namespace)
        .slice(from === namespace ? 0 : 1)
        .includes(name),
    );
    const where = `${who} dials ${host}:${port}`;
    if (answering.length === 0) return [`${where}, which resolves to no Service`];
    const asked = answering.filter(({ kind, port: listening }) => kind === to && listening === port);
    if (asked.length === 0) return [`${where}, where no ${to} listens`];
    const isNamed = asked.every(({ certificateNames }) => certificateNames.includes(host));
    return isNamed ? [] : [`${where}, which is not in the certificate of the ${to}`];
  });
}

// Lines the program writes, or says that the operator has to.
function rewritesOf(run: Run): ReadonlyMap<string, string> {
  const { clusterDns } = (run.outputs.configuration as { overlay?: { clusterDns?: string } }).overlay ?? {};
  const written = ofType(run, "openziti:index:ClusterDns").flatMap(({ inputs }) => inputs.lines as string[]);
  const lines = clusterDns === "external" ? (run.outputs.clusterDnsLines as string[]) : written;
  return new Map(lines.map((line) => [line.split(" ").at(-2) ?? "", line.split(" ").at(-1) ?? ""] as const));
}
