import * as pulumi from "@pulumi/pulumi";
import { clusterNames } from "../../access/model/cluster-names";
import { controllerNodes, sharedManagement } from "../../access/model/controller-nodes";
import { serviceOf, type Model, type ModelOptions } from "../../access/model/model";
import { bringsDatabase } from "../../access/model/store-use";
import { renderOverlayObjects } from "../../access/render/overlay-objects";
import type { SidecarSettings } from "../../access/render/sidecar-settings";
import type { CredentialLife } from "../../config/credential-life";
import { controllerUrlsOf } from "../../config/values/network";
import * as openziti from "../../openziti/resources";
import { childOptions } from "../child-options";
import { createClusterDns, type ClusterDnsOptions } from "./cluster-dns";
import { renderPublicObjects } from "../../access/render/public-objects";
import { createManifests } from "../manifests";
import type { PodSettings } from "../pod-settings";
import { managementPort, type Controller } from "./controller";
import { installController, installRouter } from "./install";
import { watchForeignGrants } from "./foreign-grants";
import { createNetwork } from "./network";
import { createDatabase, type Database } from "./database";
import { awaitController } from "./readiness";
import { createSharedManagement } from "./shared-management";
import { createZitiManagement } from "./ziti-management";

/** How to reach and log in to a controller. Needs `cert` and `key`, or `username` and `password`. */
export interface ControllerConnection {
  /** Base address of the management API; of a cluster those of all controllers, with commas between. */
  readonly url: string;
  readonly ca?: pulumi.Input<string>;
  readonly cert?: pulumi.Input<string>;
  readonly key?: pulumi.Input<string>;
  readonly username?: pulumi.Input<string>;
  readonly password?: pulumi.Input<string>;
}

/** What the overlay is made of. */
export interface ZitiOverlayArgs {
  readonly model: Model;
  /** Install controller and router. When off, `connection` names the operator's controller. */
  readonly manageController: boolean;
  /** A managed controller's credential is generated where this has none. */
  readonly connection: ControllerConnection;
  readonly credential: CredentialLife;
  /** What every preview has to say about the connection. */
  readonly warnings: readonly string[];
  /** The cluster whose API server leads to the controller. Default: the controller's address is reachable from here. */
  readonly portForward?: { readonly kubeconfig?: pulumi.Input<string>; readonly context?: string };
  /** Take over overlay objects of the same name that another tool made. */
  readonly adopt: boolean;
  /** Leave the objects in the controller, and ask it nothing, when the stack lets go of them. */
  readonly forget: boolean;
  /** How pods reach the advertised and public names inside of the cluster. */
  readonly clusterDns: ClusterDnsOptions;
  readonly sidecar: SidecarSettings;
  /** Look in previews and refreshes for policies of others that reach our services. */
  readonly watchForeignGrants: boolean;
  /** Install trust-manager beside cert-manager; only with a managed controller. */
  readonly trustManager?: { readonly namespace: string; readonly chartRepository: string };
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  /** StorageClass of the volumes of controller and router. Default: the cluster's own. */
  readonly storageClass?: string;
  readonly zitiManagement: ZitiManagementInstall;
  /** What all in the platform's namespace waits for; pods would be created without their sidecar. */
  readonly meshReady: readonly pulumi.Resource[];
  /** What issuers and certificates wait for. */
  readonly certManager: readonly pulumi.Resource[];
}

/** How Ziti Management is installed. */
interface ZitiManagementInstall {
  readonly image: string;
  readonly secretName: string;
  /** URL of the operator's database; unset: see `bringsDatabase`. */
  readonly database?: pulumi.Output<string>;
  /** Image of the PostgreSQL that the stack brings. */
  readonly databaseImage: string;
}

/**
 * The zero-trust network of agents, runners, apps and devices: three static services, the specification's policies and
 * both router grants. Runners, apps and exposures are registered at run time and need nothing from here.
 */
export class ZitiOverlay extends pulumi.ComponentResource {
  /** Id of each static service, by name. */
  public readonly serviceIds: pulumi.Output<Record<string, string>>;
  /** Addresses agents and devices dial, by service. */
  public readonly addresses: pulumi.Output<Record<string, string[]>>;
  /** When the certificate of Ziti Management stops working (RFC 3339); renewed by a run in the last thirty days. */
  public readonly managementCertificateNotAfter: pulumi.Output<string>;
  /** How long the credential for the controller lives. */
  public readonly credential: pulumi.Output<CredentialLife>;
  /** CoreDNS lines that make the advertised and public names lead to Services. */
  public readonly clusterDnsLines: pulumi.Output<string[]>;
  /** What an agent's pod needs for overlay names. */
  public readonly sidecar: pulumi.Output<SidecarSettings>;
  /** Policies that are not this stack's and let somebody dial or bind its services. */
  public readonly foreignGrants: pulumi.Output<readonly openziti.ForeignGrant[]>;

  constructor(name: string, args: ZitiOverlayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("agyn:index:ZitiOverlay", name, {}, opts);
    const own = childOptions(this, opts);
    const { overlay, options } = args.model;
    const clusterDns = createClusterDns(name, args.clusterDns, clusterNames(options), { parent: this });
    // Whatever enrolls asks for these names. They are made early: CoreDNS takes a minute or two to read a change.
    const child = pulumi.mergeOptions(own, { dependsOn: [...clusterDns.ready] });

    const afterCertManager = pulumi.mergeOptions(child, { dependsOn: [...args.certManager] });
    const controller = args.manageController
      ? installController(name, { ...args, options }, afterCertManager)
      : undefined;
    const connection = controller ? toConnection(args, controller) : args.connection;
    const portForward = args.portForward && { ...args.portForward, ...managementPlace(options) };
    const provider = new openziti.Provider(
      `${name}-controller`,
      { ...connection, portForward, stack: pulumi.getStack(), adopt: args.adopt },
      child,
    );
    const inController = this.afterController(name, args, controller, { retainOnDelete: args.forget, provider });
    const ways = controller ? installWaysIn(name, args, { controller, inController, child }) : [];
    const network = createNetwork(name, renderOverlayObjects(args.model), pulumi.mergeOptions(child, inController));
    this.managementCertificateNotAfter = installZitiManagement(name, args, connection, { inController, child, ways });

    this.serviceIds = pulumi.output(
      Object.fromEntries([...network.services].map(([service, { id }]) => [service, id])),
    );
    this.addresses = pulumi.output(
      Object.fromEntries(overlay.services.map((service) => [service.name, [...service.intercept.addresses]])),
    );
    const isWatched = args.watchForeignGrants && !args.forget;
    this.foreignGrants = isWatched ? watchForeignGrants(name, network, { ...child, provider }) : pulumi.output([]);
    this.clusterDnsLines = pulumi.output([...clusterDns.lines]);
    this.sidecar = pulumi.output(args.sidecar);
    this.credential = pulumi.output(args.credential);
    for (const warning of args.warnings) void pulumi.log.warn(warning, this);
    const { serviceIds, addresses, credential, foreignGrants } = this;
    this.registerOutputs({ serviceIds, addresses, credential, foreignGrants });
  }

  // Options of what a controller keeps: after a managed one works.
  private afterController(
    name: string,
    { model: { options } }: ZitiOverlayArgs,
    controller: Controller | undefined,
    inController: pulumi.CustomResourceOptions,
  ): pulumi.CustomResourceOptions {
    if (controller === undefined) return inController;
    const readiness = {
      namespace: options.namespaces.overlay,
      advertisedPort: options.ingress.port,
      nodes: controllerNodes(options.controller),
    };
    const ready = awaitController(name, readiness, controller, { parent: this, ...inController });
    return { ...inController, dependsOn: [ready] };
  }
}

interface Options {
  /** For what the controller keeps, its provider among them. */
  readonly inController: pulumi.CustomResourceOptions;
  readonly child: pulumi.CustomResourceOptions;
}

interface WayInOptions extends Options {
  readonly controller: Controller;
}

// The router, what lets the public in to it and the controller, where the ingress wants that beside them, and the way of
// Ziti Management to a cluster, which is what is returned.
function installWaysIn(
  name: string,
  args: ZitiOverlayArgs,
  { controller, inController, child }: WayInOptions,
): readonly pulumi.Resource[] {
  const { options } = args.model;
  const after = pulumi.mergeOptions(child, { dependsOn: [...controller.releases] });
  installRouter(name, { ...args, options }, inController, after);
  const { inOverlay } = renderPublicObjects(args.model);
  createManifests(name, inOverlay, after);
  return createSharedManagement(name, options, args.meshReady, after);
}

// Behind the API server: a Service for each address.
function managementPlace({ namespaces, controller }: ModelOptions): openziti.PortForwardArgs {
  const services = controllerNodes(controller).map(({ managementService }) => managementService);
  return { namespace: namespaces.overlay, service: services.join(","), port: managementPort };
}

// An administrator of its own: the stack's credential stays with the stack, and either is replaced without the other.
function installZitiManagement(
  name: string,
  args: ZitiOverlayArgs,
  { url, ca = "" }: ControllerConnection,
  { inController, child, ways }: Options & { readonly ways: readonly pulumi.Resource[] },
): pulumi.Output<string> {
  const { model, zitiManagement, meshReady, pods } = args;
  const { namespaces } = model.options;
  const meshed = pulumi.mergeOptions(child, { dependsOn: [...meshReady, ...ways] });
  const identity = new openziti.EnrolledIdentity(
    `${name}-ziti-management-identity`,
    { namePrefix: "ziti-management", isAdmin: true },
    pulumi.mergeOptions(child, inController),
  );
  createZitiManagement(
    `${name}-ziti-management`,
    {
      ...{ namespace: namespaces.platform, image: zitiManagement.image, secretName: zitiManagement.secretName },
      ...{ controllerUrl: singleUrl(model.options, url), ca, cert: identity.certPem, key: identity.keyPem },
      pods,
      serviceAccount: serviceOf(model, "ziti-management").serviceAccount,
      database: model.options.zitiManagement.deploy ? toDatabase(name, args, meshed) : undefined,
    },
    meshed,
  );
  return identity.notAfter;
}

// It takes one address: of a cluster that we install, the one that leads to whichever node works.
function singleUrl({ controller, namespaces }: ModelOptions, url: string): string {
  const isCluster = controller.manage && controllerNodes(controller).length > 1;
  return isCluster ? sharedManagement.url(namespaces.overlay) : (controllerUrlsOf(url)[0] ?? url);
}

function toDatabase(name: string, args: ZitiOverlayArgs, opts: pulumi.CustomResourceOptions): Database {
  const { options } = args.model;
  const { database, databaseImage: image } = args.zitiManagement;
  if (!bringsDatabase(options) && database !== undefined) return { url: database, ready: [] };
  return createDatabase(
    `${name}-ziti-management-db`,
    { namespace: options.namespaces.platform, image, storageClassName: args.storageClass, pods: args.pods },
    opts,
  );
}

// A managed controller has a generated credential, and the operator's wins over it.
function toConnection({ connection, credential }: ZitiOverlayArgs, controller: Controller): ControllerConnection {
  const { username, password, ca } = controller;
  return { ...connection, ca, ...(credential.kind === "generated" ? { username, password } : {}) };
}
