import * as pulumi from "@pulumi/pulumi";
import { type ControllerNode, controllerNodes } from "../../access/model/controller-nodes";
import { passthroughHosts } from "../../access/model/exposure";
import type { ModelOptions } from "../../access/model/model";
import { createNamespace } from "../namespaces";
import type { PodSettings } from "../pod-settings";
import { controlEndpoint, createController, type Controller } from "./controller";
import { createRouter } from "./router";
import { createTrustManager } from "./trust-manager";

/** What installing the overlay's own programs needs. */
interface OverlayInstallArgs {
  readonly options: ModelOptions;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
  readonly storageClass?: string;
  /** Install trust-manager beside cert-manager, in its namespace. Unset: it is the operator's. */
  readonly trustManager?: { readonly namespace: string; readonly chartRepository: string };
}

/** Installs namespace, trust-manager and controller, in this order: each needs the one before. */
export function installController(
  name: string,
  args: OverlayInstallArgs,
  opts: pulumi.CustomResourceOptions,
): Controller {
  const { options, trustManager, chartRepository, imageRegistry, pods, storageClass } = args;
  const namespace = createNamespace(`${name}-namespace`, { name: options.namespaces.overlay, injected: false }, opts);
  const trustNamespace = namespace.metadata.name;
  const ready = trustManager
    ? [
        createTrustManager(
          name,
          { ...trustManager, imageRegistry, pods, trustNamespace },
          afterNamespace(opts, namespace),
        ),
      ]
    : [];
  const nodes = controllerNodes(options.controller);
  return createController(
    name,
    {
      namespace: trustNamespace,
      nodes,
      chartRepository,
      imageRegistry,
      pods,
      storageClass,
      advertisedPort: options.ingress.port,
      trustDomain: options.controller.advertisedHost,
    },
    pulumi.mergeOptions(opts, { dependsOn: ready }),
  );
}

function afterNamespace(opts: pulumi.CustomResourceOptions, namespace: pulumi.Resource): pulumi.CustomResourceOptions {
  return pulumi.mergeOptions(opts, { dependsOn: [namespace] });
}

/**
 * Installs the edge router, which enrolls at the node that issued its token. `inController`: options of what the controller
 * keeps, its provider among them.
 */
export function installRouter(
  name: string,
  { options, chartRepository, imageRegistry, pods, storageClass }: OverlayInstallArgs,
  inController: pulumi.CustomResourceOptions,
  opts: pulumi.CustomResourceOptions,
): void {
  const advertised = { namespace: options.namespaces.overlay, advertisedPort: options.ingress.port };
  const node = onlyNode(options);
  createRouter(
    name,
    {
      ...advertised,
      chartRepository,
      imageRegistry,
      pods,
      storageClass,
      advertisedHost: routerHost(options),
      controllerEndpoint: node && controlEndpoint(advertised, node),
    },
    inController,
    opts,
  );
}

// Of a cluster the token has the addresses of all nodes. One in the values would be the only one that a new router knows,
// and useless while that node is away.
function onlyNode({ controller }: ModelOptions): ControllerNode | undefined {
  const [first, ...others] = controllerNodes(controller);
  return others.length === 0 ? first : undefined;
}

// The name the ingress passes through is the name clients are told: both come from the model.
function routerHost(options: ModelOptions): string {
  const found = passthroughHosts(options).find(({ name }) => name === "router");
  if (found === undefined) throw new Error("The model exposes no edge router.");
  return found.host;
}
