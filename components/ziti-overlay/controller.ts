import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import { versions } from "../../versions";
import { createRelease } from "../charts";

/** Release (and object) name of the controller's chart; `<name>-client` and `<name>-mgmt` are its Services. */
export const controllerName = "ziti-controller";
/** Container port of the management API: its own listener, reachable as ClusterIP only. */
export const managementPort = 1281;
/** Name of the management API's Service. */
export const managementService = `${controllerName}-mgmt`;
const adminSecretName = "ziti-controller-admin";

/** What installing the OpenZiti controller needs; used only when the program manages it. */
export interface ControllerArgs {
  readonly namespace: pulumi.Input<string>;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Name in every enrollment token and identity: cannot be changed later without enrolling everything again. */
  readonly advertisedHost: string;
  readonly advertisedPort: number;
  readonly trustDomain: string;
}

/** The installed controller and how to reach it. Both credentials are secret. */
export interface Controller {
  readonly release: k8s.helm.v3.Release;
  readonly username: string;
  readonly password: pulumi.Output<string>;
  /** PEM bundle that verifies the management API; known once the chart has made it. */
  readonly ca: pulumi.Output<string>;
}

/** Installs a standalone controller with a generated administrator, whose password is never readable outside secrets. */
export function createController(name: string, args: ControllerArgs, opts: pulumi.CustomResourceOptions): Controller {
  const username = "admin";
  const admin = new random.RandomPassword(`${name}-admin-password`, { length: 40, special: false }, opts);
  const adminSecret = new k8s.core.v1.Secret(
    `${name}-admin-secret`,
    {
      metadata: { name: adminSecretName, namespace: args.namespace },
      stringData: { "admin-user": username, "admin-password": admin.result },
    },
    opts,
  );
  const release = createRelease(
    `${name}-controller`,
    controllerName,
    {
      chart: "ziti-controller",
      version: versions.zitiController,
      repository: args.chartRepository,
      namespace: args.namespace,
      values: controllerValues(args),
    },
    pulumi.mergeOptions(opts, { dependsOn: [adminSecret] }),
  );
  return { release, username, password: pulumi.secret(admin.result), ca: readTrustBundle(name, release, opts) };
}

/** Values of the `ziti-controller` chart. */
export function controllerValues(args: ControllerArgs) {
  return {
    fullnameOverride: controllerName,
    cluster: { mode: "standalone", trustDomain: args.trustDomain },
    clientApi: {
      advertisedHost: args.advertisedHost,
      advertisedPort: args.advertisedPort,
      service: { enabled: true, type: "ClusterIP" },
    },
    managementApi: {
      containerPort: managementPort,
      advertisedHost: managementService,
      advertisedPort: managementPort,
      service: { enabled: true, type: "ClusterIP" },
    },
    useCustomAdminSecret: true,
    customAdminSecretName: adminSecretName,
    image: { tag: versions.openziti, ...image(args.imageRegistry, "ziti-controller") },
    persistence: { enabled: true, size: "2Gi" },
  };
}

/** Image override for installs that mirror images into their own registry. */
export function image(registry: string | undefined, repository: string): { repository?: string } {
  return registry === undefined ? {} : { repository: `${registry}/openziti/${repository}` };
}

// The chart publishes its certificate authorities in a ConfigMap that exists only after the release is ready.
function readTrustBundle(
  name: string,
  release: k8s.helm.v3.Release,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const id = pulumi.interpolate`${release.status.namespace}/${controllerName}-ctrl-plane-cas`;
  const bundle = k8s.core.v1.ConfigMap.get(`${name}-trust-bundle`, id, opts);
  return bundle.data.apply((data) => {
    const ca = data["ctrl-plane-cas.crt"];
    if (ca === undefined) {
      throw new pulumi.RunError(`ConfigMap ${controllerName}-ctrl-plane-cas has no key "ctrl-plane-cas.crt".`);
    }
    return ca;
  });
}
