import * as k8s from "@pulumi/kubernetes";
import { getStack } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import * as path from "node:path";
import type { Manifest } from "../../access/render/manifest";
import { buildModel } from "../../access/model/model";
import { renderAuthorizationPolicies } from "../../access/render/authorization-policies";
import type { OverlayObjects } from "../../access/render/overlay-objects";
import { createManifests } from "../../components/manifests";
import { watchForeignGrants } from "../../components/ziti-overlay/foreign-grants";
import { createNetwork } from "../../components/ziti-overlay/network";
import * as openziti from "../../openziti/resources";
import { optionsWith } from "../access/options";
import { network } from "../e2e/overlay/network";
import type { PulumiSandbox } from "../e2e/support/pulumi-sandbox";
import type { ContractTarget } from "../support/contract-api";

/** What a stack under measurement contains. */
export interface Contents {
  /** The controller to put the overlay into. Unset: the program without the overlay. */
  readonly controller?: ContractTarget;
  /** The mesh's policies beside it, rendered to files by the Kubernetes plugin. */
  readonly withMesh: boolean;
  /** That many further objects rendered to files: what Pulumi takes for as many objects without any controller. */
  readonly rendered?: number;
}

/** The network with one more role in one policy. */
const changed: OverlayObjects = {
  ...network,
  servicePolicies: network.servicePolicies.map((policy, index) =>
    index === 0 ? { ...policy, identityRoles: [...policy.identityRoles, "#extra"] } : policy,
  ),
};

const renamed = (policy: Manifest): Manifest => ({
  ...policy,
  metadata: { ...policy.metadata, name: `other-${policy.metadata.name}` },
});

/** The stages in the life of a stack. */
export type Stage = "create" | "no change" | "one changed policy" | "refresh" | "destroy";

/** A stack that goes through its life stage by stage. */
export class MeasuredStack {
  private network = network;

  private constructor(
    private readonly sandbox: PulumiSandbox,
    private readonly contents: Contents,
  ) {}

  /** A stack of this name and these contents that has nothing yet. */
  static async open(sandbox: PulumiSandbox, name: string, contents: Contents) {
    const measured = new MeasuredStack(sandbox, contents);
    const stack = await sandbox.open("bench", name, () => measured.program());
    return (stage: Stage) => measured.enter(stack, stage);
  }

  private enter(stack: Stack, stage: Stage): Promise<unknown> {
    if (stage === "refresh") return stack.refresh();
    if (stage === "destroy") return stack.destroy();
    this.network = stage === "one changed policy" ? changed : network;
    return stack.up();
  }

  private program(): Promise<void> {
    const { controller, withMesh, rendered = 0 } = this.contents;
    if (withMesh) {
      const folder = path.join(this.sandbox.folders.root, "rendered", getStack());
      const provider = new k8s.Provider("cluster", { renderYamlToDirectory: folder });
      const policies = renderAuthorizationPolicies(buildModel(optionsWith()));
      createManifests("mesh", policies, { provider });
      createManifests("other", policies.slice(0, rendered).map(renamed), { provider });
    }
    if (controller !== undefined) {
      const { url, ca, username, password } = controller;
      const provider = new openziti.Provider("controller", { url, ca, username, password, stack: getStack() });
      watchForeignGrants("overlay", createNetwork("overlay", this.network, { provider }), { provider });
    }
    return Promise.resolve();
  }
}
