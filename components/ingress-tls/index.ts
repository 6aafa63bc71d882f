import * as pulumi from "@pulumi/pulumi";
import type { Model } from "../../access/model";
import { renderPassthrough } from "../../access/render/passthrough";
import { renderCertificates, renderGateway, renderVirtualServices } from "../../access/render/routes";
import { childOptions } from "../child-options";
import { createManifest, createManifests } from "../manifests";
import { createBootstrapIssuer, withReadyWait } from "./bootstrap-issuer";
import { createCertManager } from "./cert-manager";

/** What the public side is made of. */
export interface IngressTlsArgs {
  readonly model: Model;
  /** `istio` serves the hosts with a Gateway and VirtualServices; `none` leaves routing to the operator. */
  readonly provider: "istio" | "none";
  /** Install cert-manager. When off it is the operator's. */
  readonly manageCertManager: boolean;
  readonly certManagerNamespace: string;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Make a private CA behind the configured ClusterIssuer; only bootstrap stacks do. */
  readonly createIssuer: boolean;
  /** Wait for cert-manager to report Ready. */
  readonly awaitConditions: boolean;
}

/**
 * Terminates public TLS for the browser-facing hosts and routes each of them to one Service. Every host is explicit:
 * no wildcard server, so no name is served by accident and TLS passthrough beside it stays possible.
 */
export class IngressTls extends pulumi.ComponentResource {
  /** Public base URL of each host, by name; `apex` carries `/api` only. */
  public readonly urls: pulumi.Output<Record<string, string>>;
  /** The names public DNS has to carry, and no others. */
  public readonly publicHosts: pulumi.Output<string[]>;
  /** What issuers, certificates and trust bundles of other components depend on. */
  public readonly certManager: readonly pulumi.Resource[];

  constructor(name: string, args: IngressTlsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("agyn:index:IngressTls", name, {}, opts);
    const child = childOptions(this, opts);
    const { options, exposures } = args.model;

    this.certManager = args.manageCertManager ? installCertManager(name, args, child) : [];
    const issuer = args.createIssuer
      ? [createIssuer(name, args, pulumi.mergeOptions(child, { dependsOn: [...this.certManager] }))]
      : [];
    const certificates = createManifests(
      name,
      renderCertificates(args.model).map((certificate) => withReadyWait(certificate, args.awaitConditions)),
      pulumi.mergeOptions(child, { dependsOn: [...this.certManager, ...issuer] }),
    );
    // A listener whose Secret is missing holds up the whole port: certificates come first.
    if (args.provider === "istio")
      createRoutes(name, args.model, pulumi.mergeOptions(child, { dependsOn: certificates }));

    const port = options.ingress.port === 443 ? "" : `:${options.ingress.port}`;
    this.urls = pulumi.output(Object.fromEntries(exposures.map(({ name, host }) => [name, `https://${host}${port}`])));
    this.publicHosts = pulumi.output(exposures.map(({ host }) => host));
    this.registerOutputs({ urls: this.urls, publicHosts: this.publicHosts });
  }
}

function installCertManager(name: string, args: IngressTlsArgs, opts: pulumi.CustomResourceOptions) {
  return createCertManager(
    name,
    {
      namespace: args.certManagerNamespace,
      chartRepository: args.chartRepository,
      imageRegistry: args.imageRegistry,
    },
    opts,
  );
}

function createIssuer(name: string, args: IngressTlsArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const { certManagerNamespace, awaitConditions } = args;
  const issuerName = args.model.options.ingress.tls.issuer.name;
  return createBootstrapIssuer(name, { name: issuerName, certManagerNamespace, awaitConditions }, opts);
}

function createRoutes(name: string, model: Model, opts: pulumi.CustomResourceOptions): void {
  const gateway = createManifest(`${name}-gateway`, renderGateway(model), opts);
  createManifests(name, renderVirtualServices(model), pulumi.mergeOptions(opts, { dependsOn: [gateway] }));
  createManifests(name, renderPassthrough(model), opts);
}
