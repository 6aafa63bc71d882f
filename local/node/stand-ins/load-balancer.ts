import { connect, createServer, type Server } from "node:net";
import type { KubernetesApi } from "../../platform/kubernetes-api";
import { addresses } from "../addresses";
import { runProgram } from "../host/programs";

/** A Service as far as a load balancer looks at it. */
export interface BalancedService {
  readonly metadata: { readonly name: string; readonly namespace: string; readonly deletionTimestamp?: string };
  readonly spec: {
    readonly type?: string;
    readonly clusterIP?: string;
    readonly loadBalancerClass?: string;
    readonly ports?: readonly { readonly port: number; readonly protocol?: string }[];
  };
  readonly status?: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string }[] } };
}

/** Where a load balancer listens, and the Service that it leads to. */
interface Frontend {
  readonly service: BalancedService;
  readonly address: string;
}

/** Gives every Service of type LoadBalancer an address: the one it has, or the lowest that is free. */
export function assignAddresses(services: readonly BalancedService[]): readonly Frontend[] {
  const balanced = services.filter(
    ({ metadata, spec }) =>
      spec.type === "LoadBalancer" && spec.loadBalancerClass === undefined && metadata.deletionTimestamp === undefined,
  );
  const taken = new Set(balanced.map(addressOf).filter((address) => address !== undefined));
  return balanced.map((service) => {
    const address = addressOf(service) ?? lowestFree(taken);
    taken.add(address);
    return { service, address };
  });
}

function addressOf({ status }: BalancedService): string | undefined {
  return status?.loadBalancer?.ingress?.[0]?.ip;
}

function lowestFree(taken: ReadonlySet<string | undefined>): string {
  for (let last = 1; ; last++) {
    const address = `${addresses.loadBalancers}${last}`;
    if (!taken.has(address)) return address;
  }
}

/** The status that tells a Service's address. Mode `Proxy`: connections come through the balancer, also from pods. */
export function renderStatus({ service, address }: Frontend): object {
  const { name, namespace } = service.metadata;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name, namespace },
    status: { loadBalancer: { ingress: [{ ip: address, ipMode: "Proxy" }] } },
  };
}

/**
 * A stand-in for a cloud's load balancer: an address of the node per Service, and a proxy for each TCP port of it. UDP
 * ports get none.
 */
export class LoadBalancer {
  private readonly servers = new Map<string, Server>();

  public constructor(private readonly api: KubernetesApi) {}

  public async act(): Promise<void> {
    const list = await this.api.tryGet<{ items: readonly BalancedService[] }>("/api/v1/services");
    const frontends = assignAddresses(list?.items ?? []);
    this.listen(frontends);
    for (const frontend of frontends.filter(({ service }) => addressOf(service) === undefined)) {
      const { name, namespace } = frontend.service.metadata;
      await this.api.serverSideApply(`/api/v1/namespaces/${namespace}/services/${name}/status`, renderStatus(frontend));
    }
  }

  private listen(frontends: readonly Frontend[]): void {
    const wanted = new Map(
      frontends.flatMap(({ service, address }) => {
        const ports = (service.spec.ports ?? []).filter(({ protocol = "TCP" }) => protocol === "TCP");
        return ports.map(({ port }) => [`${address} ${port} ${service.spec.clusterIP}`, { service, address, port }]);
      }),
    );
    for (const [key, server] of this.servers) {
      if (wanted.has(key)) continue;
      server.close();
      this.servers.delete(key);
    }
    for (const [key, { service, address, port }] of wanted) {
      if (this.servers.has(key)) continue;
      runProgram("ip", ["addr", "replace", `${address}/32`, "dev", "lo"]);
      this.servers.set(key, forward(address, port, service.spec.clusterIP ?? ""));
    }
  }
}

function forward(address: string, port: number, target: string): Server {
  const server = createServer((from) => {
    const to = connect(port, target);
    from.pipe(to).pipe(from);
    // One end broke off: so does the other, as behind any proxy.
    from.once("error", () => to.destroy());
    to.once("error", () => from.destroy());
  });
  server.on("error", (error) => console.error(`${address}:${port}: ${error.message}`));
  return server.listen(port, address);
}
