// The policy pack that Pulumi's engine runs: hands each resource to each rule. `pulumi preview --policy-pack policy`
import { PolicyPack, UnknownValueError, type ResourceValidationPolicy } from "@pulumi/policy";
import * as pulumi from "@pulumi/pulumi";
import type { Rule, Surroundings } from "./rule";
import { judge, rules } from "./rules";
import { toSurroundings } from "./surroundings";

// The engine starts the pack with the project, the stack and the configuration in its environment.
const facts = {
  project: pulumi.getProject(),
  stack: pulumi.getStack(),
  config: pulumi.runtime.allConfig(),
};

// One run judges one stack: its tags are those of the first resource.
let surroundings: Surroundings | undefined;

function toPolicy(rule: Rule): ResourceValidationPolicy {
  return {
    name: rule.name,
    description: rule.description,
    enforcementLevel: "mandatory",
    validateResource: ({ type, name, props, stackTags }, report) => {
      const resource = { type, name, props: withoutUnknown(props) as Record<string, unknown> };
      surroundings ??= toSurroundings(facts, stackTags);
      for (const violation of judge(rule, resource, surroundings)) report(violation);
    },
  };
}

// The SDK's view of the inputs throws at a value that a preview cannot know, and would end the rule there: everything
// else about the resource is judged all the same.
function withoutUnknown(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  const known = Object.keys(value).flatMap((name) => {
    try {
      return [[name, withoutUnknown((value as Record<string, unknown>)[name])] as const];
    } catch (error) {
      if (error instanceof UnknownValueError) return [];
      throw error;
    }
  });
  return Array.isArray(value) ? known.map(([, item]) => item) : Object.fromEntries(known);
}

new PolicyPack("agyn-networking", { policies: rules.map(toPolicy) });
