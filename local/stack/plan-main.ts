/**
 * Runs the program without any engine and prints the objects it would register, as JSON. Its own process, because
 * Pulumi's mocks are global. Reads {project, stack, config} from standard input.
 */
import * as pulumi from "@pulumi/pulumi";
import { readFileSync } from "node:fs";
import type { PlannedObject } from "./plan";
import { kindOfType, lastWord } from "./urn";

interface PlanRequest {
  readonly project: string;
  readonly stack: string;
  readonly config: Record<string, string>;
}

const objects: PlannedObject[] = [];
const layers = new Map<pulumi.Resource, string>();

// A transformation sees every resource with its parent, which the mocks do not tell.
function record({ resource, type, opts }: pulumi.ResourceTransformationArgs): undefined {
  const above = opts.parent && layers.get(opts.parent);
  const isComponent = resource instanceof pulumi.ComponentResource;
  const layer = above ?? (isComponent ? lastWord(type) : undefined);
  if (layer !== undefined) layers.set(resource, layer);
  if (!isComponent && !type.startsWith("pulumi:")) objects.push({ layer: layer ?? "stack", kind: kindOfType(type) });
  return undefined;
}

async function main(): Promise<void> {
  const { project, stack, config } = JSON.parse(readFileSync(0, "utf8")) as PlanRequest;
  const mocks: pulumi.runtime.Mocks = {
    newResource: ({ name, inputs }) => ({ id: name, state: inputs as Record<string, unknown> }),
    // Nobody is there to ask: a controller that finds nothing.
    call: () => ({ grants: [] }),
  };
  await pulumi.runtime.setMocks(mocks, project, stack, true);
  pulumi.runtime.setAllConfig(config);
  const { default: program } = await import("../../index.js");
  await pulumi.runtime.runInPulumiStack(() => {
    pulumi.runtime.registerStackTransformation(record);
    return Promise.resolve(program());
  });
  await pulumi.runtime.disconnect();
  process.stdout.write(JSON.stringify(objects));
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
});
