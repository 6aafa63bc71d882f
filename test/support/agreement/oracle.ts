import { roles } from "../../../access/platform/overlay";
import type { Manifest } from "../../../access/render/manifest";
import type { Rendering } from "../../../access/render/render-all";
import { rpcTable } from "../../../generated/rpcs";
import { admits } from "../../access/render/traffic";
import { sidecarOf, type MeshRequest } from "../istio-evaluator";
import type { EntryPods, Installation } from "./installations";
import { publicRoutes, type PublicRoute } from "./public-routes";

type Labels = Readonly<Record<string, string>>;

/** Pods with what their certificate says; none outside of the mesh. */
interface Pods {
  readonly namespace: string;
  readonly labels: Labels;
  readonly identity?: string;
}

/** What the oracle needs to know besides the objects: where things are called what. */
interface Surroundings {
  readonly entry: EntryPods;
  /** ServiceAccounts by workload, where they differ from its name. */
  readonly accounts: Readonly<Record<string, string>>;
  readonly podPort: number;
}

const platform = "platform";
const trustDomain = "cluster.local";
const grpcPort = 50051;
const stores: Readonly<Record<string, Labels>> = { minio: { app: "minio" } };
const labelsOf = (name: string) => stores[name] ?? { "app.kubernetes.io/name": name };
const dns = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };
const headerStates = [{ "x-identity-id": "5f2c" }, {}] as const;

// The Services of the overlay's charts, and the pods and pod ports behind them.
const overlayServices: readonly (readonly [pattern: RegExp, name: string, port: number])[] = [
  [/^ziti-router/, "ziti-router", 3022],
  [/^ziti-controller/, "ziti-controller", 1280],
];

const paths = new Map<string, { readonly workload: string; readonly path: string }>(
  rpcTable.flatMap(({ workload, proto, methods }) =>
    methods.map(({ name }) => [`${workload}.${name}`, { workload, path: `/${proto}/${name}` }] as const),
  ),
);
const overlayRpcs = new Set(
  rpcTable
    .filter(({ transport }) => transport === "overlay")
    .flatMap(({ workload, methods }) => methods.map(({ name }) => `${workload}.${name}`)),
);

/** What a request comes to: whether it arrives, and with an RPC in which states of the identity header. */
export interface Verdict {
  readonly arrives: boolean;
  readonly header?: "present" | "absent";
}

/**
 * Judges requests by the rendered objects alone, with evaluators that were written from the documentation of Istio, of
 * Kubernetes and of OpenZiti. Clients and targets come by the names that answers use.
 */
export class Oracle {
  private readonly sidecars = new Map<string, (request: MeshRequest) => string>();
  private readonly packets = new Map<string, boolean>();
  private readonly filters: readonly Manifest[];
  private readonly routes: readonly PublicRoute[];

  constructor(
    private readonly rendering: Rendering,
    private readonly surroundings: Surroundings,
  ) {
    this.routes = publicRoutes(rendering.manifests);
    this.filters = rendering.manifests.filter(({ kind }) => kind === "NetworkPolicy");
  }

  judge(client: string, target: string): Verdict {
    if (client === "the public") return { arrives: this.isPublic(target) };
    if (client.startsWith("#")) return { arrives: this.dials(client.slice(1), this.dialed(target)) };
    const pods = this.podsOf(client);
    if (target.startsWith("#") || overlayRpcs.has(target)) {
      return { arrives: this.workloadDials(client, target.startsWith("#") ? target : "#runner-services") };
    }
    if (this.isHost(target)) return { arrives: this.entersFrom(pods) && this.isPublic(target) };
    const rpc = paths.get(target);
    if (rpc !== undefined) return this.judgeRpc(pods, rpc.workload, rpc.path);
    const [callee = "", port] = target.split(":");
    if (port !== undefined) return { arrives: this.usesPort(pods, callee, Number(port)) };
    return { arrives: this.usesPort(pods, callee, portOf(callee)) || this.workloadDials(client, callee) };
  }

  /** Every `callee:port` that an object opens or treats apart. */
  ports(): readonly string[] {
    return this.rendering.manifests.flatMap(({ kind, metadata, spec }) => {
      const callee = metadata.name.replace(/^exception-/, "");
      const rules = (kind === "AuthorizationPolicy" ? (spec.rules ?? []) : []) as readonly {
        readonly to?: readonly { readonly operation: { readonly ports?: readonly string[] } }[];
      }[];
      const named = rules.flatMap(({ to = [] }) => to.flatMap(({ operation }) => operation.ports ?? []));
      const apart = kind === "PeerAuthentication" ? Object.keys(spec.portLevelMtls ?? {}) : [];
      return [...new Set([...named, ...apart])].map((port) => `${callee}:${port}`);
    });
  }

  private podsOf(client: string): Pods {
    if (client.startsWith("the ingress ")) {
      const { pods, identity } = this.surroundings.entry;
      return { ...pods, ...(identity !== undefined && { identity }) };
    }
    if (client === "anyone" || client === "any pod of another namespace") return { namespace: "elsewhere", labels: {} };
    const stranger = /^any pod of (.*)$/.exec(client)?.[1];
    if (stranger !== undefined) return { namespace: stranger, labels: {} };
    const [namespace = "", account] = client.split("/");
    if (account !== undefined) return { namespace, labels: {}, identity: client };
    const serviceAccount = this.surroundings.accounts[client] ?? client;
    return { namespace: platform, labels: labelsOf(client), identity: `${platform}/${serviceAccount}` };
  }

  private sidecarOf(callee: string) {
    const workload = { namespace: platform, labels: labelsOf(callee) };
    const mesh = { policies: this.rendering.manifests, rootNamespace: "istio-system", trustDomain };
    const found = this.sidecars.get(callee) ?? sidecarOf(mesh, workload);
    this.sidecars.set(callee, found);
    return found;
  }

  private isHeard({ identity }: Pods, callee: string, request: Pick<MeshRequest, "port"> & Partial<MeshRequest>) {
    const [namespace, account] = identity?.split("/") ?? [];
    // A client without a certificate, and one whose callee speaks plaintext alone, comes without an identity.
    const named = identity === undefined ? {} : { principal: `${trustDomain}/ns/${namespace}/sa/${account}` };
    const base = { namespace: platform, labels: labelsOf(callee), ...request };
    const decide = this.sidecarOf(callee);
    return [named, {}].some((one) => decide({ ...base, ...one }) === "allowed");
  }

  private judgeRpc(pods: Pods, callee: string, path: string): Verdict {
    const request = { method: "POST", path, port: grpcPort };
    const states = headerStates.filter((headers) => this.isHeard(pods, callee, { ...request, headers }));
    if (states.length === 0 || !this.passes(pods, labelsOf(callee), grpcPort)) return { arrives: false };
    if (states.length === 2) return { arrives: true };
    return { arrives: true, header: "x-identity-id" in (states[0] ?? {}) ? "present" : "absent" };
  }

  private usesPort(pods: Pods, callee: string, port: number): boolean {
    if (!this.passes(pods, labelsOf(callee), port)) return false;
    const rpcs = port === grpcPort ? [...paths.values()].filter(({ workload }) => workload === callee) : [];
    return (
      this.isHeard(pods, callee, { port }) ||
      this.isHeard(pods, callee, { port, method: "GET", path: "/" }) ||
      rpcs.some(({ path }) =>
        headerStates.some((headers) => this.isHeard(pods, callee, { port, method: "POST", path, headers })),
      )
    );
  }

  private crosses(
    from: Pods,
    to: { readonly namespace: string; readonly labels: Labels },
    port: number,
    protocol?: "UDP",
  ) {
    const key = JSON.stringify([from.namespace, from.labels, to, port, protocol]);
    const known = this.packets.get(key);
    if (known !== undefined) return known;
    const verdict =
      admits(this.filters, "Egress", from, to, port, protocol) &&
      (to === dns || admits(this.filters, "Ingress", to, from, port, protocol));
    this.packets.set(key, verdict);
    return verdict;
  }

  private passes(from: Pods, labels: Labels, port: number): boolean {
    return this.crosses(from, dns, 53, "UDP") && this.crosses(from, { namespace: platform, labels }, port);
  }

  private isHost(target: string): boolean {
    return target.endsWith(".test");
  }

  private entersFrom(pods: Pods): boolean {
    return this.crosses(pods, this.surroundings.entry.pods, this.surroundings.podPort);
  }

  // Behind a route the ingress is a client like others; it resolves names by itself.
  private isOpenBehind({ service, port, path }: PublicRoute): boolean {
    const pods = this.podsOf("the ingress ");
    if (path === undefined) {
      const [, name = "", podPort = 0] = overlayServices.find(([pattern]) => pattern.test(service)) ?? [];
      return this.crosses(pods, { namespace: "ziti", labels: labelsOf(name) }, podPort);
    }
    return (
      this.crosses(pods, { namespace: platform, labels: labelsOf(service) }, port) &&
      this.isHeard(pods, service, { port, method: "GET", path: "/" })
    );
  }

  private isPublic(target: string): boolean {
    const [callee, port] = target.split(":");
    const routes = this.isHost(target)
      ? this.routes.filter(({ host }) => host === target)
      : this.routes.filter((route) => route.service === callee && (port === undefined || route.port === Number(port)));
    if (routes.length === 0) return false;
    return this.isHost(target)
      ? routes.every((route) => this.isOpenBehind(route))
      : this.isOpenBehind(routes[0] as PublicRoute);
  }

  private dialed(target: string): string | undefined {
    if (target.startsWith("#")) return target;
    if (overlayRpcs.has(target)) return "#runner-services";
    const name = paths.get(target)?.workload ?? target.split(":")[0] ?? "";
    return this.rendering.overlay.services.some((service) => service.name === name) ? name : undefined;
  }

  private dials(role: string, target: string | undefined): boolean {
    if (target === undefined) return false;
    const { services, servicePolicies } = this.rendering.overlay;
    const attributes = services.find(({ name }) => name === target)?.roleAttributes ?? [target.slice(1)];
    return servicePolicies.some(
      (policy) =>
        policy.type === "Dial" &&
        policy.identityRoles.includes(`#${role}`) &&
        (policy.services.includes(target) || policy.serviceRoles.some((name) => attributes.includes(name.slice(1)))),
    );
  }

  private workloadDials(workload: string, target: string): boolean {
    const own = Object.entries(roles).filter(([, row]) =>
      ((row as { workloads?: readonly string[] }).workloads ?? []).includes(workload),
    );
    return own.some(([role]) => this.dials(role, target));
  }
}

const httpPorts: Readonly<Record<string, number>> = { gateway: 8080, "llm-proxy": 8080 };
const portOf = (callee: string) => httpPorts[callee] ?? grpcPort;

/** The oracle of one installation, for objects that were rendered of it. */
export function oracleOf({ model, entry }: Installation, rendering: Rendering): Oracle {
  const renamed = model.options.mesh.serviceAccounts.map((one) => [one.service, one.serviceAccount]);
  return new Oracle(rendering, {
    entry,
    accounts: Object.fromEntries(renamed) as Record<string, string>,
    podPort: 443,
  });
}
