import type * as tls from "node:tls";
import { passthroughHosts } from "../../../access/model/exposure";
import type { Manifest } from "../../../access/render/manifest";
import type { Model } from "../../../access/model/model";
import { ingressGateway } from "../../../access/platform/services";
import type { Verdict } from "../../support/istio-evaluator";
import { issuePublicCertificates } from "../ingress/public-certificates";
import { Site, type Arrival } from "../ingress/site";
import { PublicClient } from "../support/public-client";
import { caseHeader } from "./backends";
import { createAuthority, type Authority, type KeyPair } from "./certificates";
import { exchange, toVerdict, type Answer } from "./client";
import type { MeshEngines } from "./engines";
import { createTemporaryFolder } from "./leftovers";
import { freePort, loopback, startIstiod, type Istiod } from "./istiod";
import { meshConfigOf } from "./mesh";
import { startProxy, type Proxy } from "./proxy";
import { SecretServer, type SecretSource } from "./secret-server";
import { createWorkloads, loopbackAddress, toServiceEntry, type Workload } from "./workloads";

/** A request of a browser: the name in TLS and the name in HTTP are its own choices. */
export interface BrowserRequest {
  /** Undefined: a client that names no server. */
  readonly sni?: string;
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const gatewayAddress = loopbackAddress(200);
const firstOverlayAddress = 201;

// Files that no one opens: their names are what the gateway asks the secret discovery service for.
function certificateFiles(secret: string) {
  return { serverCertificate: `/${secret}/tls.crt`, privateKey: `/${secret}/tls.key` };
}

// istiod reads Secrets for gateways that proved who they are to it, which needs a cluster. The certificate of the public
// hosts is the only thing about the gateway that is not as rendered.
function withCertificateFiles(manifest: Manifest): Manifest {
  if (manifest.kind !== "Gateway") return manifest;
  const servers = (manifest.spec.servers as { readonly tls?: { readonly credentialName?: string } }[]).map((server) => {
    const { credentialName, ...rest } = server.tls ?? {};
    return credentialName === undefined ? server : { ...server, tls: { ...rest, ...certificateFiles(credentialName) } };
  });
  return { ...manifest, spec: { ...manifest.spec, servers } };
}

// The gateway's pod has its ports for itself, here by its address; the one of plain HTTP needs a privilege.
function toGatewayAddress({ options }: Model, ports: ReadonlyMap<number, number>): Manifest {
  const configPatches = [...ports].map(([portNumber, port_value]) => ({
    applyTo: "LISTENER",
    match: { context: "GATEWAY", listener: { portNumber } },
    patch: {
      operation: "MERGE",
      value: { address: { socket_address: { address: gatewayAddress, port_value } } },
    },
  }));
  return {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    metadata: { name: "address", namespace: options.namespaces.ingress },
    spec: { configPatches },
  };
}

// A policy's answer is its own; that a backend answered is seen on the backend's side.
function verdictOf(answer: Answer): Verdict {
  return answer.status === 200 ? "allowed" : toVerdict(answer);
}

function toOverlayWorkloads({ options }: Model): readonly Workload[] {
  return passthroughHosts(options).map(({ service }, index) => ({
    name: service,
    namespace: options.namespaces.overlay,
    serviceAccount: service,
    // The overlay's pods have no sidecar.
    labels: { "security.istio.io/tlsMode": "disabled" },
    address: loopbackAddress(firstOverlayAddress + index),
    ports: [{ number: options.ingress.port, protocol: "TCP" }],
  }));
}

/** The ingress gateway on loopback: istiod over rendered objects, one Envoy, the public backends and the overlay's. */
export class Ingress {
  private readonly folder = createTemporaryFolder("agyn-ingress-");
  public readonly site = new Site();
  private istiod?: Istiod;
  private secrets?: SecretServer;
  private proxy?: Proxy;
  private sent = 0;

  private constructor(
    private readonly model: Model,
    private readonly authorities: Readonly<Record<"public" | "mesh" | "overlay", Authority>>,
    private readonly plainPort: number,
  ) {}

  /** Starts everything and waits until the gateway serves. Leaves nothing behind when that fails. */
  static async start(engines: MeshEngines, model: Model, manifests: readonly Manifest[]): Promise<Ingress> {
    const authorities = {
      public: await createAuthority("public"),
      mesh: await createAuthority("mesh"),
      overlay: await createAuthority("overlay"),
    };
    const ingress = new Ingress(model, authorities, await freePort());
    try {
      await ingress.run(engines, manifests);
      return ingress;
    } catch (error) {
      await ingress.stop();
      throw error;
    }
  }

  private async run(engines: MeshEngines, manifests: readonly Manifest[]): Promise<void> {
    const { exposures, options } = this.model;
    const { ingress: namespace, mesh: rootNamespace } = options.namespaces;
    const names = [...new Set(exposures.flatMap(({ routes }) => routes.map(({ backend }) => backend)))];
    const workloads = createWorkloads(names, this.model);
    const overlay = toOverlayWorkloads(this.model);
    for (const workload of workloads) await this.startBackend(workload);
    for (const workload of overlay) await this.startOverlayServer(workload);
    this.secrets = await SecretServer.start(loopback, await this.createSecretSource());
    const objects = [
      ...manifests.map(withCertificateFiles),
      ...[...workloads, ...overlay].map(toServiceEntry),
      toGatewayAddress(this.model, this.listeners),
    ];
    this.istiod = await startIstiod(engines.istiod, this.folder.path, rootNamespace, meshConfigOf(this.model), objects);
    const { serviceAccount, selector: labels } = ingressGateway;
    const identity = { kind: "router", name: serviceAccount, namespace, serviceAccount, labels } as const;
    const ports = { istiod: this.istiod.port, secrets: this.secrets.port };
    this.proxy = startProxy(engines.envoy, this.folder.path, { ...identity, address: gatewayAddress }, ports);
    for (const port of this.listeners.keys()) await this.proxy.waitFor(`0.0.0.0_${port}`);
  }

  // The ports of the Gateway's servers, and where each is on this machine.
  private get listeners(): ReadonlyMap<number, number> {
    const { port, redirectHttp } = this.model.options.ingress;
    return new Map([[port, port], ...(redirectHttp ? [[ingressGateway.httpPort, this.plainPort] as const] : [])]);
  }

  private issueMesh(namespace: string, serviceAccount: string): Promise<KeyPair> {
    const { trustDomain } = this.model.options.mesh;
    return this.authorities.mesh.issueWorkload(`spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`);
  }

  private async startBackend(workload: Workload): Promise<void> {
    const { certificate, key } = await this.issueMesh(workload.namespace, workload.serviceAccount);
    const ca = this.authorities.mesh.certificate;
    // As a sidecar has it: only who proves an identity of the mesh gets through.
    const security = { cert: certificate, key, ca, requestCert: true, rejectUnauthorized: true };
    for (const { number } of workload.ports.filter(({ protocol }) => protocol === "HTTP"))
      await this.site.serve(workload.name, workload.address, number, { ...security, ALPNProtocols: ["istio"] });
  }

  private async createSecretSource(): Promise<SecretSource> {
    const pairs = new Map<string, KeyPair>();
    for (const { secret, pair } of await issuePublicCertificates(this.model, this.authorities.public)) {
      const { serverCertificate, privateKey } = certificateFiles(secret);
      pairs.set(`file-cert:${serverCertificate}~${privateKey}`, pair);
    }
    pairs.set("default", await this.issueMesh(this.model.options.namespaces.ingress, ingressGateway.serviceAccount));
    return (_node, name) => {
      if (name === "ROOTCA") return Promise.resolve({ trusted: this.authorities.mesh.certificate });
      const keyPair = pairs.get(name);
      return Promise.resolve(keyPair && { keyPair });
    };
  }

  // The overlay ends its own TLS, with certificates that no one else has.
  private async startOverlayServer({ name, address }: Workload): Promise<void> {
    const pair = await this.authorities.overlay.issueServer([name]);
    await this.site.serveOverlay(name, address, this.model.options.ingress.port, pair);
  }

  /** A client that trusts the authority of the public hosts. */
  get client(): PublicClient {
    const ports = { secure: this.model.options.ingress.port, plain: this.plainPort };
    return new PublicClient(gatewayAddress, ports, this.authorities.public.certificate);
  }

  /** The authority that signs for the overlay alone, PEM. */
  get overlayAuthority(): string {
    return this.authorities.overlay.certificate;
  }

  private connect(sni: string | undefined): Promise<tls.TLSSocket | undefined> {
    const connected = this.client.connect({
      servername: sni,
      ALPNProtocols: ["h2"],
      // Which name the certificate has to show is another test's business.
      checkServerIdentity: () => undefined,
    });
    return connected.catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET") return undefined;
      throw error;
    });
  }

  /** Sends one request over a connection of its own. Throws when the answer is neither the backend's nor a policy's. */
  async send(request: BrowserRequest): Promise<{ readonly verdict: Verdict; readonly arrival?: Arrival }> {
    const socket = await this.connect(request.sni);
    if (socket === undefined) return { verdict: "refused" };
    const id = `case-${++this.sent}`;
    const answer = await exchange(socket, {
      ":method": "POST",
      ":path": request.path,
      ":authority": request.host,
      [caseHeader]: id,
      ...request.headers,
    });
    if (answer === undefined) throw new Error("the gateway ended the connection without an answer");
    const arrival = this.site.arrivals.find(({ headers }) => headers[caseHeader] === id);
    return { verdict: verdictOf(answer), arrival };
  }

  /** Ends every process and connection and deletes the files. */
  async stop(): Promise<void> {
    await this.proxy?.child.stop();
    await this.istiod?.stop();
    this.secrets?.stop();
    this.site.stop();
    this.folder.remove();
  }
}
