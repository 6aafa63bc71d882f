import * as pulumi from "@pulumi/pulumi";
import { versions } from "../../versions";
import { createRelease } from "../charts";
import { createNamespace } from "../namespaces";

/** What installing cert-manager needs; used only when the program manages it. */
export interface CertManagerArgs {
  readonly namespace: string;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Namespace whose Secrets trust-manager may read: the overlay's, whose certificate authority it distributes. */
  readonly trustNamespace: pulumi.Input<string>;
}

/** Installs cert-manager and trust-manager. Returns what every issuer, certificate and bundle depends on. */
export function createCertManager(
  name: string,
  args: CertManagerArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource[] {
  const namespace = createNamespace(`${name}-namespace-cert-manager`, { name: args.namespace, injected: false }, opts);
  const common = { repository: args.chartRepository, namespace: namespace.metadata.name };
  const certManager = createRelease(
    `${name}-cert-manager`,
    "cert-manager",
    { ...common, chart: "cert-manager", version: versions.certManager, values: certManagerValues(args) },
    opts,
  );
  const trustManager = createRelease(
    `${name}-trust-manager`,
    "trust-manager",
    { ...common, chart: "trust-manager", version: versions.trustManager, values: trustManagerValues(args) },
    pulumi.mergeOptions(opts, { dependsOn: [certManager] }),
  );
  return [certManager, trustManager];
}

/** Values of the `cert-manager` chart: CRDs belong to the release, and leave only with it. */
export function certManagerValues(args: CertManagerArgs) {
  return { crds: { enabled: true, keep: true }, ...registry(args.imageRegistry) };
}

/** Values of the `trust-manager` chart. */
export function trustManagerValues(args: CertManagerArgs) {
  return { app: { trust: { namespace: args.trustNamespace } }, ...registry(args.imageRegistry) };
}

function registry(imageRegistry: string | undefined) {
  return imageRegistry === undefined ? {} : { imageRegistry };
}
