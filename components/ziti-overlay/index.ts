import * as pulumi from "@pulumi/pulumi";
import { passthroughHosts, type Passthrough } from "../../access/exposure";
import { serviceOf, type Model, type ModelOptions } from "../../access/model";
import { renderOverlayObjects } from "../../access/render/overlay-objects";
import type { CredentialLife } from "../../config/credential-life";
import * as openziti from "../../openziti/resources";
import { childOptions } from "../child-options";
import { createNamespace } from "../namespaces";
import { controllerName, createController, managementPort, managementService } from "./controller";
import { createNetwork } from "./network";
import { createRouter } from "./router";
import { createZitiManagement } from "./ziti-management";

/** How to reach and log in to a controller. Needs `cert` and `key`, or `username` and `password`. */
export interface ControllerConnection {
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
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  readonly zitiManagement: { readonly deploy: boolean; readonly image: string; readonly secretName: string };
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
  /** How long the credential for the controller lives. */
  public readonly credential: pulumi.Output<CredentialLife>;

  constructor(name: string, args: ZitiOverlayArgs, opts?: pulumi.ComponentResourceOptions) {
    super("agyn:index:ZitiOverlay", name, {}, opts);
    const child = childOptions(this, opts);
    const { overlay } = args.model;
    const { platform, overlay: namespace } = args.model.options.namespaces;

    const connection = args.manageController ? installController(name, args, child) : args.connection;
    const portForward = args.portForward && { ...args.portForward, namespace, ...managementEndpoint };
    const provider = new openziti.Provider(
      `${name}-controller`,
      { ...connection, portForward, stack: pulumi.getStack(), adopt: args.adopt },
      child,
    );
    if (args.manageController) installRouter(name, args, provider, child);
    const services = createNetwork(name, renderOverlayObjects(args.model), { ...child, provider });
    createZitiManagement(
      `${name}-ziti-management`,
      {
        ...connection,
        ...args.zitiManagement,
        controllerUrl: connection.url,
        ca: connection.ca ?? "",
        serviceAccount: serviceOf(args.model, "ziti-management").serviceAccount,
        namespace: platform,
      },
      child,
    );

    const ids = [...services].map(([service, { id }]) => [service, id] as const);
    this.serviceIds = pulumi.output(Object.fromEntries(ids));
    this.addresses = pulumi.output(
      Object.fromEntries(overlay.services.map((service) => [service.name, [...service.intercept.addresses]])),
    );
    this.credential = pulumi.output(args.credential);
    for (const warning of args.warnings) void pulumi.log.warn(warning, this);
    const { serviceIds, addresses, credential } = this;
    this.registerOutputs({ serviceIds, addresses, credential });
  }
}

const managementEndpoint = { service: managementService, port: managementPort };

function installController(
  name: string,
  args: ZitiOverlayArgs,
  opts: pulumi.CustomResourceOptions,
): ControllerConnection {
  const { options } = args.model;
  const namespace = createNamespace(`${name}-namespace`, { name: options.namespaces.overlay, injected: false }, opts);
  const controller = createController(
    name,
    {
      namespace: namespace.metadata.name,
      chartRepository: args.chartRepository,
      imageRegistry: args.imageRegistry,
      advertisedHost: advertisedHost("controller", options),
      advertisedPort: options.ingress.port,
      trustDomain: advertisedHost("controller", options),
    },
    opts,
  );
  const { username, password, ca } = controller;
  const isGiven = args.credential.kind !== "generated";
  return { ...args.connection, ca, ...(isGiven ? {} : { username, password }) };
}

// The name the ingress passes through is the name clients are told: both come from the model.
function advertisedHost(name: Passthrough["name"], options: ModelOptions): string {
  const found = passthroughHosts(options).find((passthrough) => passthrough.name === name);
  if (found === undefined) throw new Error(`The model exposes no overlay ${name}.`);
  return found.host;
}

function installRouter(
  name: string,
  args: ZitiOverlayArgs,
  provider: openziti.Provider,
  opts: pulumi.CustomResourceOptions,
): void {
  const { options } = args.model;
  createRouter(
    name,
    {
      namespace: options.namespaces.overlay,
      chartRepository: args.chartRepository,
      imageRegistry: args.imageRegistry,
      advertisedHost: advertisedHost("router", options),
      advertisedPort: options.ingress.port,
      controllerEndpoint: `${controllerName}-client.${options.namespaces.overlay}.svc:${options.ingress.port}`,
    },
    provider,
    opts,
  );
}
