import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Model } from "../../access/model/model";
import { renderCertificates } from "../../access/render/certificates";
import { logicalName } from "../manifests";
import { withReadyWait } from "./bootstrap-issuer";

/** What the certificates are made of. */
interface CertificatesArgs {
  readonly model: Model;
  /** Wait for cert-manager to report Ready. */
  readonly awaitConditions: boolean;
  /** What those in the platform's namespace wait for. */
  readonly platformReady: readonly pulumi.Resource[];
}

/** The certificates of the public hosts. */
export interface Certificates {
  readonly resources: readonly pulumi.Resource[];
  /** When each ends, by name, in RFC 3339; one that cert-manager did not report yet is left out. */
  readonly notAfter: pulumi.Output<Record<string, string>>;
}

/** Part of a Certificate that cert-manager writes. */
interface CertificateStatus {
  readonly notAfter?: string;
}

// The SDK keeps of an object what its inputs name; status is named without a value to have what the server says.
class Certificate extends k8s.apiextensions.CustomResource {
  declare public readonly status: pulumi.Output<CertificateStatus | undefined>;
}

/** Registers the certificates of the public hosts. */
export function createCertificates(
  name: string,
  { model, awaitConditions, platformReady }: CertificatesArgs,
  opts: pulumi.CustomResourceOptions,
): Certificates {
  const inPlatform = pulumi.mergeOptions(opts, { dependsOn: [...platformReady] });
  const made = renderCertificates(model).map((manifest) => {
    const inputs = { ...withReadyWait(manifest, awaitConditions), status: undefined };
    const after = manifest.metadata.namespace === model.options.namespaces.platform ? inPlatform : opts;
    return [manifest.metadata.name, new Certificate(logicalName(name, manifest), inputs, after)] as const;
  });
  const ends = pulumi.all(Object.fromEntries(made.map(([key, { status }]) => [key, status])));
  return {
    resources: made.map(([, resource]) => resource),
    notAfter: ends.apply((statuses) =>
      Object.fromEntries(
        Object.entries(statuses).flatMap(([key, status]) => (status?.notAfter ? [[key, status.notAfter]] : [])),
      ),
    ),
  };
}
