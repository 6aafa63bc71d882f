import * as pulumi from "@pulumi/pulumi";
import { versions } from "../../versions";
import { createRelease } from "../charts";
import { createNamespace } from "../namespaces";
import { toPullSecrets, toTolerations, type PodSettings } from "../pod-settings";

/** What installing cert-manager needs; used only when the program manages it. */
interface CertManagerArgs {
  readonly namespace: string;
  readonly chartRepository: string;
  readonly imageRegistry?: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
}

/** Installs cert-manager. Returns what every issuer and certificate depends on. */
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
  return [certManager];
}

/**
 * Values of the `cert-manager` chart: CRDs belong to the release, and leave only with it. Its leases are in its own
 * namespace: managed clusters refuse them in kube-system, and one that is left there holds the next installation up.
 */
function certManagerValues(args: CertManagerArgs) {
  const { nodeSelector = {}, tolerations = [] } = args.pods ?? {};
  const component = toTolerations(tolerations);
  return {
    crds: { enabled: true, keep: true },
    global: {
      leaderElection: { namespace: args.namespace },
      ...toPullSecrets("imagePullSecrets", args.pods),
      ...(Object.keys(nodeSelector).length > 0 && { nodeSelector: { ...nodeSelector } }),
    },
    ...component,
    ...(tolerations.length > 0 && { webhook: component, cainjector: component, startupapicheck: component }),
    ...registry(args.imageRegistry),
  };
}

function registry(imageRegistry: string | undefined) {
  return imageRegistry === undefined ? {} : { imageRegistry };
}
