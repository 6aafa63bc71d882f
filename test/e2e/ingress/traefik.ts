import * as path from "node:path";
import { passthroughHosts } from "../../../access/model/exposure";
import type { Model } from "../../../access/model/model";
import { createAuthority, type Authority } from "../mesh/certificates";
import { startChild, type Child } from "../mesh/child";
import { freePort } from "../mesh/istiod";
import { createTemporaryFolder } from "../mesh/leftovers";
import { loopbackAddress } from "../mesh/workloads";
import { PublicClient } from "../support/public-client";
import type { ApiServer } from "./api-server";
import { toServiceAt, toTlsSecret } from "./backend-objects";
import { issuePublicCertificates } from "./public-certificates";
import { Site } from "./site";
import { traefikProviders, type TraefikProvider } from "./traefik-providers";

const firstBackend = 100;
const gatewayAddress = loopbackAddress(99);

/** Traefik on loopback, with its Kubernetes providers on a real API server that holds our objects. */
export class Traefik {
  public readonly address = gatewayAddress;
  public readonly site = new Site();
  private readonly folder = createTemporaryFolder("agyn-traefik-");
  private child?: Child;
  /** The certificates of the public hosts, PEM. */
  public readonly certificates: string[] = [];

  private constructor(
    private readonly server: ApiServer,
    private readonly model: Model,
    public readonly authorities: Readonly<Record<"public" | "overlay", Authority>>,
    /** Port of plain HTTP. */
    public readonly plainPort: number,
  ) {}

  /** Starts everything and waits until the last of our routes is served. Leaves nothing behind when that fails. */
  static async start(binary: string, server: ApiServer, model: Model): Promise<Traefik> {
    const authorities = { public: await createAuthority("public"), overlay: await createAuthority("overlay") };
    const traefik = new Traefik(server, model, authorities, await freePort());
    try {
      await traefik.applyObjects();
      await traefik.run(binary);
      return traefik;
    } catch (error) {
      await traefik.stop();
      throw error;
    }
  }

  private get provider(): TraefikProvider {
    const { provider } = this.model.options.ingress;
    if (provider === "ingress" || provider === "gateway-api") return traefikProviders[provider];
    throw new Error(`Traefik serves no objects of ${provider}`);
  }

  private async applyObjects(): Promise<void> {
    const { namespaces, ingress } = this.model.options;
    await this.server.createNamespaces(namespaces.platform, namespaces.ingress, namespaces.overlay);
    await this.startBackends();
    await this.issueCertificates();
    const { className = "" } = ingress;
    await this.server.put(this.provider.className(className), ...this.provider.objects(this.model, this.plainPort));
  }

  private async startBackends(): Promise<void> {
    const { options, exposures } = this.model;
    const { platform, overlay } = options.namespaces;
    const backends = new Map(exposures.flatMap(({ routes }) => routes).map(({ backend, port }) => [backend, port]));
    let next = firstBackend;
    for (const [backend, port] of backends) {
      const address = loopbackAddress(next++);
      await this.site.serve(backend, address, port);
      await this.server.put(...toServiceAt(backend, platform, port, address));
    }
    for (const { service } of passthroughHosts(options)) {
      const address = loopbackAddress(next++);
      const pair = await this.authorities.overlay.issueServer([service]);
      await this.site.serveOverlay(service, address, options.ingress.port, pair);
      await this.server.put(...toServiceAt(service, overlay, options.ingress.port, address));
    }
  }

  private async issueCertificates(): Promise<void> {
    for (const { secret, namespace, pair } of await issuePublicCertificates(this.model, this.authorities.public)) {
      this.certificates.push(pair.certificate);
      await this.server.put(toTlsSecret(secret, namespace, pair));
    }
  }

  private async run(binary: string): Promise<void> {
    this.child = startChild(
      binary,
      [
        `--entrypoints.web.address=${gatewayAddress}:${this.plainPort}`,
        `--entrypoints.websecure.address=${gatewayAddress}:${this.model.options.ingress.port}`,
        ...this.provider.arguments(gatewayAddress),
        "--global.checknewversion=false",
        "--global.sendanonymoususage=false",
        "--log.level=INFO",
      ],
      path.join(this.folder.path, "log"),
      { KUBECONFIG: this.server.kubeconfig, HOME: this.folder.path },
    );
    await this.child.waitUntilReady(() => this.whyNotReady());
  }

  // The redirect has every object behind it but Services and Secrets, which Traefik reads before it serves anything.
  private whyNotReady(): Promise<string | undefined> {
    const [{ host } = { host: "" }] = this.model.exposures;
    return this.client.fetchPlain(host, "/").then(
      ({ status }) => (status === 301 ? undefined : `${host} answers ${status}`),
      (error: Error) => error.message,
    );
  }

  /** A client that trusts the authority of the public hosts. */
  get client(): PublicClient {
    const ports = { secure: this.model.options.ingress.port, plain: this.plainPort };
    return new PublicClient(this.address, ports, this.authorities.public.certificate);
  }

  /** The authority that signs for the overlay alone, PEM. */
  get overlayAuthority(): string {
    return this.authorities.overlay.certificate;
  }

  /** Ends everything but the API server. */
  async stop(): Promise<void> {
    await this.child?.stop();
    this.site.stop();
    this.folder.remove();
  }
}
