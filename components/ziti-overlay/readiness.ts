import * as pulumi from "@pulumi/pulumi";
import type { ControllerNode } from "../../access/model/controller-nodes";
import * as openziti from "../../openziti/resources";
import { controlEndpoint, type Controller } from "./controller";

/** What waiting for a managed controller needs to know of it. */
interface ReadinessArgs {
  readonly namespace: string;
  readonly advertisedPort: number;
  readonly nodes: readonly ControllerNode[];
}

/**
 * Waits for the controller's API and, of a cluster, for all of its members: the chart of a single controller has no
 * readiness probe, and a node of a cluster tries to join once. `opts` names the controller's provider.
 */
export function awaitController(
  name: string,
  args: ReadinessArgs,
  { releases }: Controller,
  opts: pulumi.CustomResourceOptions,
): openziti.ReadyController {
  const { namespace, nodes } = args;
  const isCluster = nodes.length > 1;
  const members = nodes.map((node) => ({
    id: node.name,
    address: pulumi.interpolate`tls:${controlEndpoint(args, node)}`,
  }));
  const look = `kubectl -n ${namespace} get pods; kubectl -n ${namespace} logs deploy/${nodes.at(-1)?.name ?? ""} --all-containers`;
  return new openziti.ReadyController(
    `${name}-controller-ready`,
    {
      look,
      members: isCluster ? members : undefined,
      revisions: pulumi.all(releases.map((one) => one.status.revision)),
    },
    pulumi.mergeOptions(opts, { dependsOn: [...releases] }),
  );
}
