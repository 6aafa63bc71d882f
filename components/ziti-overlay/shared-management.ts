import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import type { ModelOptions } from "../../access/model/model";
import { tryRenderSharedManagement } from "../../access/render/shared-management";
import { createManifests } from "../manifests";

/**
 * Registers what leads Ziti Management to whichever node of a controller cluster works; nothing for a single controller.
 * `meshReady`: what the mesh's kinds come with.
 */
export function createSharedManagement(
  name: string,
  options: ModelOptions,
  meshReady: readonly pulumi.Resource[],
  opts: pulumi.CustomResourceOptions,
): readonly pulumi.Resource[] {
  const shared = tryRenderSharedManagement(options);
  if (shared === undefined) return [];
  const { metadata, spec } = shared.service;
  return [
    new k8s.core.v1.Service(`${name}-shared-management`, { metadata, spec }, opts),
    ...createManifests(name, [shared.affinity], pulumi.mergeOptions(opts, { dependsOn: [...meshReady] })),
  ];
}
