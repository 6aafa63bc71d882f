import type { InternetEgress } from "../access/model/options";
import { becauseAnnotation } from "../access/render/manifest";
import { at, textAt } from "./read";

/** A resource as it is about to be made: inputs in clear, with what is not known yet left out. */
export interface Resource {
  /** Pulumi's type, as in `kubernetes:core/v1:Service`. */
  readonly type: string;
  readonly name: string;
  readonly props: Readonly<Record<string, unknown>>;
}

/** What a verdict depends on besides the resource. */
export interface Surroundings {
  /** The profile says so, or the stack's tag `environment`. Default profile: bootstrap. */
  readonly production: boolean;
  /** Where Services may be public; unset: nowhere. */
  readonly ingressNamespace?: string;
  readonly platformNamespace?: string;
  /** Namespace of the agents, where their settings open the internet to them (`agentEgress: internet`); unset: they do not. */
  readonly openAgentsNamespace?: string;
  /** Openings to the internet that have a reason. */
  readonly internetEgress: readonly InternetEgress[];
}

/** One thing that no installation may do. */
export interface Rule {
  /** The policy's name in Pulumi's output. */
  readonly name: string;
  readonly description: string;
  /** What to do instead. */
  readonly fix: string;
  /** Whether it holds for production stacks only. */
  readonly productionOnly?: boolean;
  /** What the resource does wrong, a phrase each; empty when nothing. Pure. */
  readonly validate: (resource: Resource, surroundings: Surroundings) => readonly string[];
}

/** Kubernetes kind of a resource, `Service`; empty for other types and for lists and patches of them. */
export function kindOf({ type }: Resource): string {
  return /^kubernetes:[^:]+:(\w+)$/.exec(type)?.[1] ?? "";
}

/** Namespace of a Kubernetes object; empty when cluster-scoped or not known yet. */
export function namespaceOf({ props }: Resource): string {
  return textAt(props, "metadata.namespace") || textAt(props, "namespace");
}

/** Whether a Kubernetes object says why it is there, in the annotation that every renderer writes. */
export function hasReason({ props }: Resource): boolean {
  const annotations = at(props, "metadata.annotations") as Readonly<Record<string, unknown>> | undefined;
  const reason = annotations?.[becauseAnnotation];
  return typeof reason === "string" && reason.trim() !== "";
}
