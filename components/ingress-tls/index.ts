import * as pulumi from "@pulumi/pulumi";
import { describeIngressLimits } from "../../access/model/ingress-limits";
import type { Manifest } from "../../access/render/manifest";
import type { Model } from "../../access/model/model";
import type { IngressOptions } from "../../access/model/options";
import {
  dnsRecords,
  publicSurface,
  publicUrls,
  type DnsRecord,
  type PublicEndpoint,
} from "../../access/model/public-surface";
import { renderPublicObjects } from "../../access/render/public-objects";
import { childOptions } from "../child-options";
import { createManifest, createManifests, logicalName } from "../manifests";
import type { PodSettings } from "../pod-settings";
import { createBootstrapIssuer } from "./bootstrap-issuer";
import { createCertManager } from "./cert-manager";
import { createCertificates } from "./certificates";
import { controllerNeeds, type ControllerNeeds } from "./controller-needs";
import { trustInstructions } from "./trust-instructions";

/** What the public side is made of. */
export interface IngressTlsArgs {
  readonly model: Model;
  /** Install cert-manager. When off it is the operator's. */
  readonly manageCertManager: boolean;
  readonly certManagerNamespace: string;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  /** Make a private CA behind the configured ClusterIssuer; only bootstrap stacks do. */
  readonly createIssuer: boolean;
  /** The operator's issuer needs the cert-manager that is installed here: no run can wait for what only a later one has. */
  readonly issuerComesLater: boolean;
  /** Wait for cert-manager to report Ready. */
  readonly awaitConditions: boolean;
  /** What routes and all that is in the platform's namespace wait for; nothing else here does. */
  readonly meshReady: readonly pulumi.Resource[];
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
  /** The exact records for public DNS. */
  public readonly dnsRecords: pulumi.Output<DnsRecord[]>;
  /** Every host and port that is reachable from outside, and why. */
  public readonly publicSurface: pulumi.Output<PublicEndpoint[]>;
  /** What the provider cannot express of what the installation asks for, a sentence each. */
  public readonly limits: pulumi.Output<string[]>;
  /** End of each certificate, by name, as cert-manager last reported it; one that is not issued yet is left out. */
  public readonly certificatesNotAfter: pulumi.Output<Record<string, string>>;
  /** How people trust the bootstrap authority, commands by system; empty with an issuer of the operator's. */
  public readonly trustInstructions: pulumi.Output<Record<string, readonly string[]>>;
  /** What the operator's ingress controller needs to be in the mesh; undefined without one. */
  public readonly controllerNeeds: ControllerNeeds | undefined;
  /** What issuers, certificates and trust bundles of other components depend on. */
  public readonly certManager: readonly pulumi.Resource[];

  constructor(name: string, args: IngressTlsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("agyn:index:IngressTls", name, {}, opts);
    const child = childOptions(this, opts);
    const { model } = args;
    const { ingress, controller } = model.options;

    this.certManager = args.manageCertManager ? installCertManager(name, args, child) : [];
    const issuer = args.createIssuer
      ? [createIssuer(name, args, pulumi.mergeOptions(child, { dependsOn: [...this.certManager] }))]
      : [];
    const awaitConditions = args.awaitConditions && !args.issuerComesLater;
    const certificates = createCertificates(
      name,
      { model, awaitConditions, platformReady: args.meshReady },
      pulumi.mergeOptions(child, { dependsOn: [...this.certManager, ...issuer] }),
    );
    // A listener whose Secret is missing holds up the whole port: certificates come first.
    const before = [...args.meshReady, ...certificates.resources];
    createRoutes(name, model, pulumi.mergeOptions(child, { dependsOn: before }));

    const limits = describeIngressLimits(ingress, controller.manage);
    for (const limit of limits) void pulumi.log.warn(limit, this);
    if (args.issuerComesLater) void pulumi.log.warn(issuerComesLater(ingress.tls.issuer), this);
    const hosts = dnsRecords(model).map(({ name }) => name);
    this.urls = pulumi.output({ ...publicUrls(model) });
    this.publicHosts = pulumi.output(hosts);
    this.dnsRecords = pulumi.output([...dnsRecords(model)]);
    this.publicSurface = pulumi.output([...publicSurface(model)]);
    this.limits = pulumi.output([...limits]);
    this.certificatesNotAfter = certificates.notAfter;
    this.controllerNeeds = controllerNeeds(ingress);
    this.trustInstructions = pulumi.output({ ...(args.createIssuer && toTrustInstructions(args)) });
    this.registerOutputs({ urls: this.urls, dnsRecords: this.dnsRecords, publicSurface: this.publicSurface });
  }
}

function issuerComesLater({ kind, name }: IngressOptions["tls"]["issuer"]): string {
  return (
    `The ${kind} ${name} is yours, and needs the cert-manager that this stack installs: no run waits for its ` +
    `certificates. Make it once \`pulumi up\` has ended; until then public TLS has no certificate. \`agyn-net preflight\` says whether it is ready.`
  );
}

function installCertManager(name: string, args: IngressTlsArgs, opts: pulumi.CustomResourceOptions) {
  return createCertManager(
    name,
    {
      namespace: args.certManagerNamespace,
      chartRepository: args.chartRepository,
      imageRegistry: args.imageRegistry,
      pods: args.pods,
    },
    opts,
  );
}

function toTrustInstructions({ model, certManagerNamespace }: IngressTlsArgs) {
  return trustInstructions({ namespace: certManagerNamespace, name: model.options.ingress.tls.issuer.name });
}

function createIssuer(name: string, args: IngressTlsArgs, opts: pulumi.CustomResourceOptions): pulumi.Resource {
  const { certManagerNamespace, awaitConditions } = args;
  const issuerName = args.model.options.ingress.tls.issuer.name;
  return createBootstrapIssuer(name, { name: issuerName, certManagerNamespace, awaitConditions }, opts);
}

function createRoutes(name: string, model: Model, opts: pulumi.CustomResourceOptions): void {
  const { foundation, routes } = renderPublicObjects(model);
  const basis = foundation.map((manifest) => createManifest(foundationName(name, manifest), manifest, opts));
  createManifests(name, routes, pulumi.mergeOptions(opts, { dependsOn: basis }));
}

// The Gateway keeps the name of the first version: under another one it would be replaced, and every host with it.
function foundationName(name: string, manifest: Manifest): string {
  return manifest.kind === "Gateway" ? `${name}-gateway` : logicalName(name, manifest);
}
