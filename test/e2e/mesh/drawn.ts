import type { Model } from "../../../access/model/model";
import { patterns } from "../../../access/platform/patterns";
import { rpcPort, tryFindRpc } from "../../../access/platform/rpcs";
import type { Change, MeshCase } from "./cases";
import type { Draw } from "./draw";
import type { Workload } from "./workloads";

const triesPerCase = 50;

/**
 * Up to `count` different requests that `change` makes of permitted ones and `wanted` accepts. Fewer where there are no
 * more of them, as with a header that only one RPC looks at.
 */
export function drawChanged(
  change: Change,
  count: number,
  permitted: readonly MeshCase[],
  draw: Draw,
  model: Model,
  wanted: (changed: MeshCase) => boolean,
): readonly MeshCase[] {
  const drawn = new Map<string, MeshCase>();
  for (let tries = 0; drawn.size < count && tries < count * triesPerCase; tries++) {
    const changed = change(draw.one(permitted), draw, model);
    if (changed !== undefined && wanted(changed)) drawn.set(JSON.stringify(changed), changed);
  }
  return [...drawn.values()];
}

/** Every ServiceAccount of the platform on every RPC of the specification's literal patterns, with every state of the header. */
export function patternCases({ options, services }: Model, workloads: readonly Workload[]): readonly MeshCase[] {
  return patterns
    .flatMap(({ rpcs }) => rpcs)
    .flatMap((path) => {
      const service = tryFindRpc(path)?.service;
      const callee = workloads.find(({ name }) => name === service);
      if (service === undefined || callee === undefined) throw new Error(`no workload serves ${path}`);
      return services.flatMap(({ serviceAccount }) =>
        [undefined, "", "user-1"].map((identity) => ({
          callee,
          caller: {
            principal: `${options.mesh.trustDomain}/ns/${options.namespaces.platform}/sa/${serviceAccount}`,
            signedBy: "mesh" as const,
            plaintext: false,
          },
          port: rpcPort(service),
          method: "POST" as const,
          path,
          identity,
        })),
      );
    });
}
