import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../../access/manifest";
import { createManifest } from "../manifests";

/** What the bootstrap certificate authority is made of. */
export interface BootstrapIssuerArgs {
  /** Name of the ClusterIssuer, of its CA certificate and of the Secret that holds it. */
  readonly name: string;
  /** cert-manager reads the Secrets of ClusterIssuers from its own namespace. */
  readonly certManagerNamespace: string;
  /** Whether to wait until cert-manager reports each object Ready. */
  readonly awaitConditions: boolean;
}

/** Makes a private CA and a ClusterIssuer over it: a bootstrap stack has certificates without any outside account. */
export function createBootstrapIssuer(
  name: string,
  args: BootstrapIssuerArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const [selfSigned, authority, issuer] = bootstrapIssuerManifests(args);
  const root = createManifest(`${name}-bootstrap-root`, selfSigned, opts);
  const ca = createManifest(`${name}-bootstrap-ca`, authority, pulumi.mergeOptions(opts, { dependsOn: [root] }));
  return createManifest(`${name}-bootstrap-issuer`, issuer, pulumi.mergeOptions(opts, { dependsOn: [ca] }));
}

/** The three objects in the order in which they become ready: self-signed issuer, CA certificate, CA issuer. */
export function bootstrapIssuerManifests(args: BootstrapIssuerArgs): readonly [Manifest, Manifest, Manifest] {
  const apiVersion = "cert-manager.io/v1";
  const annotations = readyAnnotations(args.awaitConditions);
  const rootName = `${args.name}-root`;
  return [
    { apiVersion, kind: "ClusterIssuer", metadata: { name: rootName, annotations }, spec: { selfSigned: {} } },
    {
      apiVersion,
      kind: "Certificate",
      metadata: { name: args.name, namespace: args.certManagerNamespace, annotations },
      spec: {
        isCA: true,
        commonName: "Agyn bootstrap CA",
        secretName: args.name,
        duration: "87600h",
        // A new key would be a new CA: everybody who trusts the old one would have to trust again.
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
        issuerRef: { name: rootName, kind: "ClusterIssuer", group: "cert-manager.io" },
      },
    },
    {
      apiVersion,
      kind: "ClusterIssuer",
      metadata: { name: args.name, annotations },
      spec: { ca: { secretName: args.name } },
    },
  ];
}

/** Makes the Kubernetes provider wait for the condition `Ready`; nothing where no controller can fulfill it. */
export function readyAnnotations(awaitConditions: boolean): Record<string, string> {
  return awaitConditions ? { "pulumi.com/waitFor": "condition=Ready" } : {};
}
