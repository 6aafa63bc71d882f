import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../../access/render/manifest";
import { createManifest } from "../manifests";

/** What the bootstrap certificate authority is made of. */
interface BootstrapIssuerArgs {
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
  const rootName = `${args.name}-root`;
  const whenReady = (manifest: Manifest) => withReadyWait(manifest, args.awaitConditions);
  return [
    whenReady({ apiVersion, kind: "ClusterIssuer", metadata: { name: rootName }, spec: { selfSigned: {} } }),
    whenReady({
      apiVersion,
      kind: "Certificate",
      metadata: { name: args.name, namespace: args.certManagerNamespace },
      spec: {
        isCA: true,
        commonName: "Agyn bootstrap CA",
        secretName: args.name,
        duration: "87600h",
        // A new key would be a new CA: everybody who trusts the old one would have to trust again.
        privateKey: { algorithm: "ECDSA", size: 256, rotationPolicy: "Never" },
        issuerRef: { name: rootName, kind: "ClusterIssuer", group: "cert-manager.io" },
      },
    }),
    whenReady({
      apiVersion,
      kind: "ClusterIssuer",
      metadata: { name: args.name },
      spec: { ca: { secretName: args.name } },
    }),
  ];
}

/**
 * The manifest with the note that makes Pulumi wait for the condition `Ready`; unchanged where no controller can fulfill
 * it. An empty map of annotations is not the same to the API server: it would show as a change for ever.
 */
export function withReadyWait(manifest: Manifest, awaitConditions: boolean): Manifest {
  if (!awaitConditions) return manifest;
  const annotations = { ...manifest.metadata.annotations, "pulumi.com/waitFor": "condition=Ready" };
  return { ...manifest, metadata: { ...manifest.metadata, annotations } };
}
