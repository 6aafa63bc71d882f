import type { HeaderState } from "../../../access/platform/patterns";
import { undeclaredPort } from "./workloads";
import type { Explanation, Layer, LayerName } from "../../../access/answers/layer";

/** What kind of way a request takes. */
export const requestLayers = ["browser host", "RPC", "port", "store", "overlay dial", "DNS", "stranger"] as const;

/** One kind of way. */
export type RequestLayer = (typeof requestLayers)[number];

/** One request with the verdict that `explain` gives. */
export interface DrawnRequest {
  readonly layer: RequestLayer;
  /** Caller and target as `explain` takes them. */
  readonly from: string;
  readonly to: string;
  /** What a browser opens. */
  readonly url?: string;
  /** State of the identity header that an RPC is sent with. */
  readonly header?: HeaderState;
  readonly explanation: Explanation;
  /** Whether it arrives when every layer is there. */
  readonly expected: boolean;
}

/** The layers that a ground enforces; what it lacks decides nothing there. */
export type Ground = ReadonlySet<LayerName>;

/** What is to be expected of a request on a ground. `lacks`: the request cannot be sent there, for want of a layer. */
export type Expectation = { readonly arrives: boolean } | { readonly lacks: LayerName };

// Without these nothing carries the request.
const carriers: readonly LayerName[] = ["ingress", "overlay"];

type Asked = Pick<DrawnRequest, "layer" | "to" | "header" | "explanation">;

function isClosed({ verdict, identityHeader }: Layer, { header }: Asked): boolean {
  return verdict === "closed" || (identityHeader !== undefined && header !== undefined && identityHeader !== header);
}

// A look-up ends with the answer of the resolver; what no Service declares is asked for by its address.
function layersOn(ground: Ground, { layer, to, explanation }: Asked): readonly Layer[] {
  const isByAddress = to.endsWith(`:${undeclaredPort}`);
  return explanation.layers.filter((one) => {
    if (layer === "DNS") return one.layer === "DNS" && ground.has("DNS");
    return ground.has(one.layer) && !(isByAddress && one.layer === "DNS");
  });
}

/** Whether a request arrives on a ground, by the layers of its explanation that are there. */
export function expectOn(ground: Ground, asked: Asked): Expectation {
  const missing = asked.explanation.layers.find(({ layer }) => carriers.includes(layer) && !ground.has(layer));
  if (missing !== undefined) return { lacks: missing.layer };
  return { arrives: !layersOn(ground, asked).some((layer) => isClosed(layer, asked)) };
}

/** The layers that decide on a ground, each with its rule. */
export function reasonOn(ground: Ground, asked: Asked): string {
  const layers = layersOn(ground, asked);
  const deciding = layers.filter((layer) => isClosed(layer, asked));
  return (deciding.length > 0 ? deciding : layers).map(({ layer, rule }) => `${layer}: ${rule}`).join("; ");
}
