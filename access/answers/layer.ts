import type { Call } from "../model/call";
import type { OverlayPolicy } from "../platform/overlay";
import type { HeaderState } from "../platform/patterns";

/** The layers on the way of a request, in the order in which it meets them. */
export type LayerName = "DNS" | "ingress" | "overlay" | "network policies" | "mesh";

/** What one layer says about a request, by which rule, why, and how that is changed. */
export interface Layer {
  readonly layer: LayerName;
  /** `absent`: the request does not pass this layer, or the layer is switched off. It closes nothing. */
  readonly verdict: "open" | "closed" | "absent";
  /** The object or the setting that decides. */
  readonly rule: string;
  readonly because: string;
  /** Set where the layer is open to requests with, or without, the identity header only. */
  readonly identityHeader?: HeaderState;
  /** What an operator would change for another verdict; unset where nothing has to be. */
  readonly change?: string;
}

/** A decision: whether a request arrives, the verdict of every layer, and the rules of the model that open it. */
export interface Decision {
  readonly permitted: boolean;
  readonly layers: readonly Layer[];
  /** The edges of the mesh that let the request in; empty where it does not get there. */
  readonly calls: readonly Call[];
  /** The overlay's policies that let it dial. */
  readonly policies: readonly OverlayPolicy[];
}

/** A decision as it is told: who asked for what, and what came of it. */
export interface Explanation extends Pick<Decision, "permitted" | "layers"> {
  readonly from: string;
  readonly to: string;
}

/** What a layer says, with the rules that open it. */
export interface Judgment {
  readonly layers: readonly Layer[];
  readonly calls?: readonly Call[];
  readonly policies?: readonly OverlayPolicy[];
}

/** A request arrives when no layer is closed to it. */
export function toDecision(...judgments: readonly Judgment[]): Decision {
  const layers = judgments.flatMap((judgment) => judgment.layers);
  return {
    permitted: layers.every(({ verdict }) => verdict !== "closed"),
    layers,
    calls: judgments.flatMap(({ calls = [] }) => calls),
    policies: judgments.flatMap(({ policies = [] }) => policies),
  };
}
