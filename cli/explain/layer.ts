import type { HeaderState } from "../../access/platform/patterns";

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

/** Whether a request arrives, with the verdict of every layer. */
export interface Explanation {
  readonly from: string;
  readonly to: string;
  readonly permitted: boolean;
  readonly layers: readonly Layer[];
}

/** A request arrives when no layer is closed to it. */
export function isPermitted(layers: readonly Layer[]): boolean {
  return layers.every(({ verdict }) => verdict !== "closed");
}
