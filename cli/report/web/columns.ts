import type { Edge } from "../report-data";

/** Where a node stands, in pixels before the picture is fitted. */
export interface Place {
  readonly x: number;
  readonly y: number;
}

const columnWidth = 320;
const rowHeight = 34;

/** The chosen node in the middle, who reaches it on the left, what it reaches on the right. */
export function placeAround(center: string, edges: readonly Edge[]): ReadonlyMap<string, Place> {
  const right = unique(edges.filter(({ from, to }) => from === center && to !== center).map(({ to }) => to));
  const left = unique(edges.map(({ from }) => from)).filter((name) => name !== center && !right.includes(name));
  return new Map([...column(left, -columnWidth), [center, { x: 0, y: 0 }] as const, ...column(right, columnWidth)]);
}

function column(names: readonly string[], x: number): (readonly [string, Place])[] {
  const middle = (names.length - 1) / 2;
  return names.map((name, index) => [name, { x, y: (index - middle) * rowHeight }]);
}

const unique = (names: readonly string[]) => [...new Set(names)].sort();
