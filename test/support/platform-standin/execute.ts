import { expectOn, reasonOn, requestLayers, type DrawnRequest, type Ground, type RequestLayer } from "./request";
import type { ProgramRequest, Way } from "./way";
import type { Workload } from "./workloads";

/** What the program says about a request. */
export interface ProgramResult {
  readonly arrived: boolean;
  readonly status: string;
  readonly body: string;
}

/** Sends requests as a workload, and gives a result for each, in order. */
export type Send = (sender: Workload, requests: readonly ProgramRequest[]) => Promise<readonly ProgramResult[]>;

/** One request that went another way than `explain` says. */
export interface Disagreement {
  readonly request: DrawnRequest;
  readonly title: string;
}

/** What became of the requests of one layer. `skipped` by the layer that the ground lacks. */
export interface LayerCounts {
  drawn: number;
  arrived: number;
  denied: number;
  disagreed: number;
  skipped: number;
}

/** What became of every request. */
export interface Outcome {
  readonly counts: ReadonlyMap<RequestLayer, LayerCounts>;
  readonly disagreements: readonly Disagreement[];
  /** The layers that requests were skipped for. */
  readonly lacking: ReadonlySet<string>;
}

/** What the executor needs: the layers that are there, the way of a request, and pods to send it. */
export interface Ways {
  readonly ground: Ground;
  readonly toWay: (request: DrawnRequest) => Way | { readonly lacks: string };
  readonly send: Send;
  /** Waits before what was lost is sent for the `attempt`th time more. */
  readonly pause: (attempt: number) => Promise<void>;
}

/** Requests in one command, whose arguments have to fit. */
const batch = 100;
/** Commands at a time: most of their time they wait for an answer that does not come. */
const sideBySide = 6;
/** Times that a request is sent which gets lost: a loaded machine loses some. One that gets through is never sent again. */
const attempts = 5;

interface Sent {
  readonly drawn: DrawnRequest;
  readonly way: Way;
  readonly arrives: boolean;
  result?: ProgramResult;
}

// An answer in the callee's place is no arrival; one of a workload that is no stand-in names nobody.
function hasArrived({ way, result }: Sent): boolean {
  if (result === undefined || !result.arrived) return false;
  const answered = /"workload":"([^"]*)"/.exec(result.body)?.[1];
  return way.callees === undefined || answered === undefined || way.callees.includes(answered);
}

/** What became of a request: `lost` is a denial by something that has no say in it. */
type Fate = "arrived" | "denied" | "lost";

function fateOf(one: Sent): Fate {
  if (hasArrived(one)) return "arrived";
  const { denial } = one.way;
  return !one.arrives && denial !== undefined && one.result?.status !== denial ? "lost" : "denied";
}

const agrees = (one: Sent): boolean => fateOf(one) === (one.arrives ? "arrived" : "denied");

function* batches(sent: readonly Sent[]): Generator<readonly Sent[]> {
  const senders = new Set(sent.map(({ way }) => way.sender));
  for (const sender of senders) {
    const own = sent.filter(({ way }) => way.sender === sender);
    for (let start = 0; start < own.length; start += batch) yield own.slice(start, start + batch);
  }
}

async function sendAll(sent: readonly Sent[], send: Send): Promise<void> {
  const rest = [...batches(sent)];
  const worker = async (): Promise<void> => {
    for (let some = rest.shift(); some !== undefined; some = rest.shift()) await sendSome(some, send);
  };
  await Promise.all(Array.from({ length: sideBySide }, worker));
}

async function sendSome(some: readonly Sent[], send: Send): Promise<void> {
  const [first] = some;
  if (first === undefined) return;
  const results = await send(
    first.way.sender,
    some.map(({ way }) => way.request),
  );
  if (results.length !== some.length) throw new Error(`${results.length} results for ${some.length} requests`);
  some.forEach((one, index) => (one.result = results[index]));
}

function describe({ drawn, way, arrives, result }: Sent, ground: Ground): string {
  const { layer, from, to, header } = drawn;
  const state = header === undefined ? "" : `, identity header ${header}`;
  const said = `${result?.status ?? "nothing"} ${result?.body ?? ""}`.trim().slice(0, 300);
  const expected = arrives ? "arrives" : way.denial === undefined ? "does not arrive" : `is ${way.denial}`;
  return `${layer}: ${from} -> ${to} (${way.request.url}${state}): ${expected} by ${reasonOn(ground, drawn)}; got ${said}`;
}

function count(requests: readonly DrawnRequest[], sent: readonly Sent[]): ReadonlyMap<RequestLayer, LayerCounts> {
  const counts = requestLayers.map((layer): [RequestLayer, LayerCounts] => {
    const drawn = requests.filter((request) => request.layer === layer).length;
    const own = sent.filter((one) => one.drawn.layer === layer);
    const arrived = own.filter((one) => one.arrives && agrees(one)).length;
    const denied = own.filter((one) => !one.arrives && agrees(one)).length;
    return [layer, { drawn, arrived, denied, disagreed: own.length - arrived - denied, skipped: drawn - own.length }];
  });
  return new Map(counts);
}

/** Sends every request that the ground can carry and compares what becomes of it with its explanation. */
export async function execute(
  requests: readonly DrawnRequest[],
  { ground, toWay, send, pause }: Ways,
): Promise<Outcome> {
  const lacking = new Set<string>();
  const sent = requests.flatMap((drawn): Sent[] => {
    const expected = expectOn(ground, drawn);
    const way = "lacks" in expected ? expected : toWay(drawn);
    if ("arrives" in expected && !("lacks" in way)) return [{ drawn, way, arrives: expected.arrives }];
    if ("lacks" in way) lacking.add(way.lacks);
    return [];
  });
  await sendAll(sent, send);
  for (let attempt = 1; attempt < attempts; attempt++) {
    const lost = sent.filter((one) => !agrees(one) && !hasArrived(one));
    if (lost.length === 0) break;
    await pause(attempt);
    await sendAll(lost, send);
  }
  const wrong = sent.filter((one) => !agrees(one));
  const disagreements = wrong.map((one) => ({ request: one.drawn, title: describe(one, ground) }));
  return { counts: count(requests, sent), disagreements, lacking };
}

/** The counts as a table, a line per layer and the sums. */
export function renderCounts({ counts, lacking }: Outcome): string {
  const columns = ["drawn", "arrived", "denied", "disagreed", "skipped"] as const;
  const row = (title: string, cells: readonly (string | number)[]) =>
    `${title.padEnd(14)}${cells.map((cell) => String(cell).padStart(11)).join("")}`;
  const sum = (column: (typeof columns)[number]) => [...counts.values()].reduce((total, one) => total + one[column], 0);
  const rows = [...counts].map(([layer, own]) =>
    row(
      layer,
      columns.map((column) => own[column]),
    ),
  );
  const note = lacking.size > 0 ? [`skipped for want of: ${[...lacking].sort().join(", ")}`] : [];
  return [row("layer", columns), ...rows, row("all", columns.map(sum)), ...note].join("\n");
}
