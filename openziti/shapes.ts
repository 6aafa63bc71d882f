import { clusterDnsShape } from "./cluster-dns/shape";
import { type Shape, shapeToken } from "./shape";
import { onlineRouter } from "./waits/online-router";
import { readyController } from "./waits/ready-controller";

const shapes: readonly Shape[] = [clusterDnsShape, readyController, onlineRouter];

/** The shape with this type token, or undefined. */
export function tryFindShape(token: string): Shape | undefined {
  return shapes.find((shape) => shapeToken(shape) === token);
}
