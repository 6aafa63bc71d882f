import * as http from "node:http";
import * as path from "node:path";
import { passthroughHosts } from "../../../access/exposure";
import type { Model } from "../../../access/model";
import { renderPublicObjects } from "../../../access/render/public-objects";
import { createAuthority, type Authority } from "../mesh/certificates";
import { startChild, type Child } from "../mesh/child";
import { freePort } from "../mesh/istiod";
import { createTemporaryFolder } from "../mesh/leftovers";
import { loopbackAddress } from "../mesh/workloads";
import { ApiServer, type AnyObject } from "./api-server";
import { Site } from "./site";

const firstBackend = 100;
const gatewayAddress = loopbackAddress(99);

function toService(name: string, namespace: string, port: number, externalName: string): AnyObject {
  const spec = { type: "ExternalName", externalName, ports: [{ name: "main", port }] };
  return { apiVersion: "v1", kind: "Service", metadata: { name, namespace }, spec } as AnyObject;
}

function toSecret(name: string, namespace: string, certificate: string, key: string): AnyObject {
  const stringData = { "tls.crt": certificate, "tls.key": key };
  return {
    apiVersion: "v1",
    kind: "Secret",
    type: "kubernetes.io/tls",
    metadata: { name, namespace },
    stringData,
  } as AnyObject;
}

/** Traefik on loopback, with its Kubernetes providers on a real API server that holds our objects. */
export class Traefik {
  public readonly address = gatewayAddress;
  public readonly site = new Site();
  private readonly folder = createTemporaryFolder("agyn-traefik-");
  private child?: Child;
  /** The certificate of the public hosts, PEM. */
  public certificate = "";

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

  private async applyObjects(): Promise<void> {
    const { options, exposures } = this.model;
    const { platform, overlay } = options.namespaces;
    await this.server.createNamespaces(platform, overlay);
    const routes = exposures.flatMap((exposure) => exposure.routes);
    const backends = new Map(routes.map(({ backend, port }) => [backend, port]));
    let next = firstBackend;
    for (const [backend, port] of backends) {
      const address = loopbackAddress(next++);
      await this.site.serve(backend, address, port);
      await this.server.put(toService(backend, platform, port, address));
    }
    for (const { service } of passthroughHosts(options)) {
      const address = loopbackAddress(next++);
      const pair = await this.authorities.overlay.issueServer([service]);
      await this.site.serveOverlay(service, address, options.ingress.port, pair);
      await this.server.put(toService(service, overlay, options.ingress.port, address));
    }
    const { certificate, key } = await this.authorities.public.issueServer(exposures.map(({ host }) => host));
    this.certificate = certificate;
    const className = { apiVersion: "networking.k8s.io/v1", kind: "IngressClass", metadata: { name: "traefik" } };
    const spec = { controller: "traefik.io/ingress-controller" };
    const { foundation, routes: ingresses, inOverlay } = renderPublicObjects(this.model);
    await this.server.put(
      { ...className, spec } as AnyObject,
      toSecret("agyn-public-hosts-tls", platform, certificate, key),
      ...[...foundation, ...ingresses, ...inOverlay],
    );
  }

  private async run(binary: string): Promise<void> {
    // Services of this run are names of loopback addresses, which Traefik takes on demand only.
    const external = ["kubernetesingress", "kubernetescrd"].map(
      (name) => `--providers.${name}.allowExternalNameServices=true`,
    );
    this.child = startChild(
      binary,
      [
        `--entrypoints.web.address=${gatewayAddress}:${this.plainPort}`,
        `--entrypoints.websecure.address=${gatewayAddress}:${this.model.options.ingress.port}`,
        "--providers.kubernetesingress=true",
        "--providers.kubernetescrd=true",
        ...external,
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
    return new Promise((resolve) => {
      http
        .get({ host: gatewayAddress, port: this.plainPort, path: "/", headers: { host } }, (answer) => {
          answer.resume();
          resolve(answer.statusCode === 301 ? undefined : `${host} answers ${answer.statusCode}`);
        })
        .on("error", (error) => resolve(error.message));
    });
  }

  /** What Traefik wrote. */
  readLog(): string {
    return this.child?.readLog() ?? "";
  }

  /** Ends everything but the API server. */
  async stop(): Promise<void> {
    await this.child?.stop();
    this.site.stop();
    this.folder.remove();
  }
}
