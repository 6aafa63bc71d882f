import type { Manifest } from "../../../access/render/manifest";
import type { Model } from "../../../access/model/model";
import { istiodValues } from "../../../components/istio-mesh/install";
import type { Verdict } from "../../support/istio-evaluator";
import { Backends, caseHeader, type Arrival } from "./backends";
import { identityHeaders, type Caller, type MeshCase } from "./cases";
import { createAuthority, type Authority, type KeyPair } from "./certificates";
import type { Child } from "./child";
import { sendBytes, sendHttp } from "./client";
import type { MeshEngines } from "./engines";
import { createTemporaryFolder } from "./leftovers";
import { loopback, startIstiod, type Istiod } from "./istiod";
import { nodeId, startProxy, type ProxyIdentity } from "./proxy";
import { SecretServer, type Secret } from "./secret-server";
import { inboundPort, renderPlacement, serviceHost, toServiceEntry, type Workload } from "./workloads";

/** What happened to a request, as its caller, its callee and the proxy between them saw it. */
export interface Outcome {
  readonly verdict: Verdict;
  /** What reached the workload; undefined when nothing did. */
  readonly arrival?: Arrival;
}

interface Authorities {
  readonly mesh: Authority;
  readonly stranger: Authority;
}

/** The mesh configuration of the Istio that the program installs. */
export function meshConfigOf({ options }: Model): object {
  const { namespaces, mesh, ingress } = options;
  const install = {
    meshNamespace: namespaces.mesh,
    ingressNamespace: namespaces.ingress,
    chartRepository: "",
    trustDomain: mesh.trustDomain,
    retained: [],
    highlyAvailable: false,
    httpsPort: ingress.port,
  };
  return istiodValues(install).meshConfig;
}

/** A mesh on loopback: istiod over rendered objects, an Envoy per workload, and what is behind them. */
export class Mesh {
  private readonly certificates = new Map<string, Promise<KeyPair>>();
  private readonly backends = new Backends();
  private readonly proxies: Child[] = [];
  private readonly folder = createTemporaryFolder("agyn-mesh-");
  private istiod?: Istiod;
  private secrets?: SecretServer;
  private sent = 0;

  private constructor(
    private readonly engines: MeshEngines,
    private readonly model: Model,
    private readonly authorities: Authorities,
  ) {}

  /** Starts everything and waits until each sidecar serves. Leaves nothing behind when that fails. */
  static async start(
    engines: MeshEngines,
    model: Model,
    workloads: readonly Workload[],
    manifests: readonly Manifest[],
  ): Promise<Mesh> {
    const authorities = { mesh: await createAuthority("mesh"), stranger: await createAuthority("mesh") };
    const mesh = new Mesh(engines, model, authorities);
    try {
      await mesh.run(workloads, manifests);
      return mesh;
    } catch (error) {
      await mesh.stop();
      throw error;
    }
  }

  private async run(workloads: readonly Workload[], manifests: readonly Manifest[]): Promise<void> {
    const rootNamespace = this.model.options.namespaces.mesh;
    const identities = workloads.map(toIdentity);
    await this.backends.start(workloads);
    this.secrets = await SecretServer.start(loopback, (node, name) => this.findSecret(identities, node, name));
    const objects = [...manifests, ...workloads.map(toServiceEntry), ...renderPlacement(workloads, rootNamespace)];
    const config = meshConfigOf(this.model);
    this.istiod = await startIstiod(this.engines.istiod, this.folder.path, rootNamespace, config, objects);
    const ports = { istiod: this.istiod.port, secrets: this.secrets.port };
    await Promise.all(
      identities.map(async (identity) => {
        const listener = "virtualInbound";
        const proxy = startProxy(this.engines.envoy, this.folder.path, identity, ports);
        this.proxies.push(proxy.child);
        await proxy.waitFor(listener);
      }),
    );
  }

  // What pilot-agent would fetch from the mesh's authority: the proxy's own certificate, and whom it trusts.
  private async findSecret(
    identities: readonly ProxyIdentity[],
    node: string,
    name: string,
  ): Promise<Secret | undefined> {
    if (name === "ROOTCA") return { trusted: this.authorities.mesh.certificate };
    const identity = identities.find((candidate) => nodeId(candidate) === node);
    return identity && name === "default"
      ? { keyPair: await this.certificateOf(this.principalOf(identity)) }
      : undefined;
  }

  private principalOf({ namespace, serviceAccount }: ProxyIdentity | Workload): string {
    return `${this.model.options.mesh.trustDomain}/ns/${namespace}/sa/${serviceAccount}`;
  }

  private certificateOf(principal: string, signedBy: Caller["signedBy"] = "mesh"): Promise<KeyPair> {
    const key = `${signedBy} ${principal}`;
    const issued = this.certificates.get(key) ?? this.authorities[signedBy].issueWorkload(`spiffe://${principal}`);
    this.certificates.set(key, issued);
    return issued;
  }

  /** Sends one request as its caller would. Throws when a proxy is not there or the answer is nobody's. */
  async send(request: MeshCase): Promise<Outcome> {
    const { callee, caller, port, method, path: requestPath } = request;
    const id = `case-${++this.sent}`;
    const route = { address: callee.address, listenerPort: inboundPort, port, host: serviceHost(callee) };
    const credentials = {
      plaintext: caller.plaintext,
      certificate: caller.principal ? await this.certificateOf(caller.principal, caller.signedBy) : undefined,
      trusted: this.authorities.mesh.certificate,
      serverIdentity: `spiffe://${this.principalOf(callee)}`,
    };
    const headers = { [caseHeader]: id, ...identityHeaders(request) };
    const verdict =
      requestPath === undefined
        ? await sendBytes(route, credentials, id)
        : await sendHttp(route, credentials, { method, path: requestPath, headers });
    return { verdict, arrival: this.backends.arrivals.get(id) };
  }

  /** The entries of the proxies' access logs, by the names the mesh configuration gives their fields. */
  readAccessLog(): readonly Readonly<Record<string, unknown>>[] {
    const lines = this.proxies.flatMap((proxy) => proxy.readLog().split("\n"));
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  /** Ends every process and connection and deletes the files. */
  async stop(): Promise<void> {
    await Promise.all(this.proxies.map((proxy) => proxy.stop()));
    await this.istiod?.stop();
    this.secrets?.stop();
    await this.backends.stop();
    this.folder.remove();
  }
}

function toIdentity({ name, namespace, serviceAccount, labels, address }: Workload): ProxyIdentity {
  return { kind: "sidecar", name, namespace, serviceAccount, labels, address };
}
