import * as pulumi from "@pulumi/pulumi";
import { parseSettings } from "./parse";
import { formatProblems, type Origin, type Problem } from "./problems";
import type { Secret, Settings } from "./settings";

// Exported by the SDK but missing from its types; the pinned SDK version is the guarantee that it stays.
const { isConfigSecret } = pulumi.runtime as unknown as { isConfigSecret: (this: void, key: string) => boolean };

/**
 * The configuration of the current stack, complete and immutable. Throws one error that lists every problem; call it
 * before the first resource.
 */
export function loadSettings(): Settings {
  const project = pulumi.getProject();
  const origin = { project, stack: pulumi.getStack() };
  const result = parseSettings(pulumi.runtime.allConfig(), {
    ...origin,
    now: new Date(),
    isEncrypted: (key) => isConfigSecret(`${project}:${key}`),
  });
  if ("settings" in result) return result.settings;
  throw configurationError(result.problems, origin);
}

/** The error that ends the program when configuration is wrong: Pulumi prints it without a stack trace. */
export function configurationError(problems: readonly Problem[], origin: Origin): pulumi.RunError {
  return new pulumi.RunError(formatProblems(problems, origin));
}

/** A secret setting as an output that Pulumi keeps encrypted in state and masks in every display. */
export function toSecretOutput(secret: Secret): pulumi.Output<string> {
  return pulumi.secret(secret.reveal());
}
