import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { Manifest } from "../access/render/manifest";

/**
 * Registers rendered objects as children of one component, one resource per object. The logical name is
 * `<prefix>-<kind>-<namespace>-<name>`, so that adding one object never renames another.
 */
export function createManifests(
  prefix: string,
  manifests: readonly Manifest[],
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource[] {
  return manifests.map((manifest) => createManifest(logicalName(prefix, manifest), manifest, opts));
}

/** Registers one rendered object under a given logical name. */
export function createManifest(
  name: string,
  manifest: Manifest,
  opts: pulumi.CustomResourceOptions,
): k8s.apiextensions.CustomResource {
  return new k8s.apiextensions.CustomResource(name, manifest, opts);
}

/** The logical name of a rendered object. */
export function logicalName(prefix: string, manifest: Manifest): string {
  const place = [manifest.kind.toLowerCase(), manifest.metadata.namespace, manifest.metadata.name];
  return [prefix, ...place.filter((part) => part !== undefined)].join("-");
}
