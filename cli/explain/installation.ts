import { renderNetworkPolicies } from "../../access/render/network-policies";
import { loadStack } from "../offline/stack";
import type { Installation } from "./explain";

/** What answers need to know of a stack: its name, or the path of its file. Throws LocalError with every problem. */
export function loadInstallation(stack: string): Installation {
  const { settings, model } = loadStack(stack);
  const networkPolicies = renderNetworkPolicies(model);
  return { model, isPublic: settings.ingress.provider !== "none", networkPolicies };
}
