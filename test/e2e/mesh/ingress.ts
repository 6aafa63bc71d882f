import { once } from "node:events";
import * as tls from "node:tls";
import { passthroughHosts } from "../../../access/exposure";
import type { Manifest } from "../../../access/manifest";
import type { Model } from "../../../access/model";
import { ingressGateway } from "../../../access/services";
import type { Verdict } from "../../support/istio-evaluator";
import { Backends, caseHeader, type Arrival } from "./backends";
import { createAuthority, type Authority, type KeyPair } from "./certificates";
import { exchange, toVerdict } from "./client";
import type { MeshEngines } from "./engines";
import { createTemporaryFolder } from "./leftovers";
import { loopback, startIstiod, type Istiod } from "./istiod";
import { meshConfigOf } from "./mesh";
import { startProxy, type Proxy } from "./proxy";
import { SecretServer, type SecretSource } from "./secret-server";
import { createWorkloads, loopbackAddress, serviceHost, toServiceEntry, type Workload } from "./workloads";

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
const certificateFiles = { serverCertificate: "/public/tls.crt", privateKey: "/public/tls.key" };

// istiod reads Secrets for gateways that proved who they are to it, which needs a cluster. The certificate of the public
// hosts is the only thing about the gateway that is not as rendered.
function withCertificateFiles(manifest: Manifest): Manifest {
  if (manifest.kind !== "Gateway") return manifest;
  const servers = (manifest.spec.servers as { readonly tls?: { readonly credentialName?: string } }[]).map((server) => {
    const { credentialName, ...rest } = server.tls ?? {};
    return credentialName === undefined ? server : { ...server, tls: { ...rest, ...certificateFiles } };
  });
  return { ...manifest, spec: { ...manifest.spec, servers } };
}

// The gateway's pod has its ports for itself, here by its address.
function toGatewayAddress({ options }: Model): Manifest {
  const { port } = options.ingress;
  return {
    apiVersion: "networking.istio.io/v1alpha3",
    kind: "EnvoyFilter",
    metadata: { name: "address", namespace: options.namespaces.ingress },
    spec: {
      configPatches: [
        {
          applyTo: "LISTENER",
          match: { context: "GATEWAY", listener: { portNumber: port } },
          patch: {
            operation: "MERGE",
            value: { address: { socket_address: { address: gatewayAddress, port_value: port } } },
          },
        },
      ],
    },
  };
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
  private readonly backends = new Backends();
  private readonly overlayServers: tls.Server[] = [];
  private istiod?: Istiod;
  private secrets?: SecretServer;
  private proxy?: Proxy;
  private sent = 0;

  private constructor(
    private readonly model: Model,
    private readonly authorities: Readonly<Record<"public" | "mesh" | "overlay", Authority>>,
  ) {}

  /** Starts everything and waits until the gateway serves. Leaves nothing behind when that fails. */
  static async start(engines: MeshEngines, model: Model, manifests: readonly Manifest[]): Promise<Ingress> {
    const ingress = new Ingress(model, {
      public: await createAuthority("public"),
      mesh: await createAuthority("mesh"),
      overlay: await createAuthority("overlay"),
    });
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
      toGatewayAddress(this.model),
    ];
    this.istiod = await startIstiod(engines.istiod, this.folder.path, rootNamespace, meshConfigOf(this.model), objects);
    const { serviceAccount, selector: labels } = ingressGateway;
    const identity = { kind: "router", name: serviceAccount, namespace, serviceAccount, labels } as const;
    const ports = { istiod: this.istiod.port, secrets: this.secrets.port };
    this.proxy = startProxy(engines.envoy, this.folder.path, { ...identity, address: gatewayAddress }, ports);
    await this.proxy.waitFor(`0.0.0.0_${options.ingress.port}`);
  }

  private issueMesh(namespace: string, serviceAccount: string): Promise<KeyPair> {
    const { trustDomain } = this.model.options.mesh;
    return this.authorities.mesh.issueWorkload(`spiffe://${trustDomain}/ns/${namespace}/sa/${serviceAccount}`);
  }

  private async startBackend(workload: Workload): Promise<void> {
    const { certificate, key } = await this.issueMesh(workload.namespace, workload.serviceAccount);
    const ca = this.authorities.mesh.certificate;
    await this.backends.startSecure(workload, { cert: certificate, key, ca });
  }

  private async createSecretSource(): Promise<SecretSource> {
    const { exposures, options } = this.model;
    const publicPair = await this.authorities.public.issueServer(exposures.map(({ host }) => host));
    const meshPair = await this.issueMesh(options.namespaces.ingress, ingressGateway.serviceAccount);
    return (_node, name) => {
      if (name === "ROOTCA") return Promise.resolve({ trusted: this.authorities.mesh.certificate });
      return Promise.resolve({ keyPair: name === "default" ? meshPair : publicPair });
    };
  }

  // The overlay ends its own TLS, with certificates that no one else has.
  private async startOverlayServer(workload: Workload): Promise<void> {
    const { certificate, key }: KeyPair = await this.authorities.overlay.issueServer([serviceHost(workload)]);
    const server = tls.createServer({ cert: certificate, key }, (socket) => socket.end(workload.name));
    this.overlayServers.push(server);
    server.listen(this.model.options.ingress.port, workload.address);
    await once(server, "listening");
  }

  private connect(
    sni: string | undefined,
    trusted: Authority,
    protocols: string[],
  ): Promise<tls.TLSSocket | undefined> {
    const socket = tls.connect({
      host: gatewayAddress,
      port: this.model.options.ingress.port,
      servername: sni,
      ca: trusted.certificate,
      ALPNProtocols: protocols,
      // A passthrough name is not in the overlay's certificate: its clients know the authority, not the name.
      checkServerIdentity: () => undefined,
    });
    return new Promise((resolve, reject) => {
      socket.once("secureConnect", () => resolve(socket));
      socket.once("error", (error: NodeJS.ErrnoException) =>
        error.code === "ECONNRESET" ? resolve(undefined) : reject(error),
      );
    });
  }

  /** Sends one request over a connection of its own. Throws when the answer is neither the backend's nor a policy's. */
  async send(request: BrowserRequest): Promise<{ readonly verdict: Verdict; readonly arrival?: Arrival }> {
    const socket = await this.connect(request.sni, this.authorities.public, ["h2"]);
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
    return { verdict: toVerdict(answer), arrival: this.backends.arrivals.get(id) };
  }

  /** The name of the overlay's Service that answers behind a name in TLS; undefined when the gateway refuses it. */
  async enterOverlay(sni: string): Promise<string | undefined> {
    const socket = await this.connect(sni, this.authorities.overlay, ["ziti-edge"]);
    let answer = "";
    socket?.on("data", (bytes: Buffer) => (answer += bytes.toString("utf8")));
    if (socket !== undefined) await once(socket, "close");
    return socket && answer;
  }

  /** Ends every process and connection and deletes the files. */
  async stop(): Promise<void> {
    await this.proxy?.child.stop();
    await this.istiod?.stop();
    this.secrets?.stop();
    await this.backends.stop();
    for (const server of this.overlayServers) server.close();
    this.folder.remove();
  }
}
