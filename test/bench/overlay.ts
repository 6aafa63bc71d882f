import { network } from "../e2e/overlay/network";
import { PulumiSandbox } from "../e2e/support/pulumi-sandbox";
import type { ContractTarget } from "../support/contract-api";
import { startTestDouble, toContractTarget } from "../support/contract-double";
import { type Passed, startControllerFront } from "../support/controller-front";
import { startRealController, tryFindZiti } from "../support/real-controller";
import { type Crowd, fifthOfCrowd, fillController, fullCrowd } from "./crowd";
import { formatLine, summarize } from "./figures";
import { type Floor, timeFloor } from "./overlay-floor";
import { MeasuredStack, type Stage } from "./overlay-stack";

const rounds = 3;
const slowdown = 1.2;

/** Stages with the target of the overlay's share of them, in seconds. */
const timed: readonly { readonly stage: Stage; readonly target?: number }[] = [
  { stage: "create", target: 0.25 },
  { stage: "no change", target: 0.05 },
  { stage: "one changed policy" },
  { stage: "destroy", target: 0.25 },
];

const objects = Object.values(network).flat().length;
/** Objects of kinds of which the controller has its own: they are looked at before they are deleted. */
const reserved = network.edgeRouterPolicies.length + network.serviceEdgeRouterPolicies.length;

/**
 * Stages with the requests that the overlay may need at most, by kind. Lists beside those of the objects: the two types of
 * config by name, and the watch over policies of others, which a refresh asks one more.
 */
const counted: readonly { readonly stage: Stage; readonly target: Readonly<Record<string, number>> }[] = [
  { stage: "create", target: { login: 1, POST: objects, GET: objects, list: 2 + 3, logout: 1 } },
  { stage: "no change", target: {} },
  { stage: "one changed policy", target: { login: 1, PATCH: 1, GET: 1, logout: 1 } },
  { stage: "refresh", target: { login: 1, list: 5 + 1, logout: 1 } },
  { stage: "destroy", target: { login: 1, DELETE: objects, GET: reserved, logout: 1 } },
];

/** The overlay's share of each stage in the life of a stack, its requests, and the same beside many objects of others. */
export async function benchOverlay(): Promise<string[]> {
  const withKubernetes = await PulumiSandbox.tryOpenWithKubernetes();
  const sandbox = withKubernetes ?? (await PulumiSandbox.tryOpen());
  if (sandbox === undefined) return ["overlay: skipped, not built: pulumi (npm run local -- engines)"];
  const ziti = await tryFindZiti();
  const controller = ziti ? await startRealController(ziti) : await startDouble();
  try {
    const what = ziti ? "the real controller" : "simulated: the double of the controller";
    const beside = withKubernetes
      ? "beside the mesh's policies"
      : "alone, so that its share has the start of the provider";
    const crowd = ziti && process.env.AGYN_BENCH_CROWD !== "full" ? fifthOfCrowd : fullCrowd;
    const bench = { sandbox, controller, crowd, withMesh: withKubernetes !== undefined };
    return [`overlay of ${objects} objects, ${what}, ${beside}`, ...(await measure(bench))];
  } finally {
    await controller.stop();
    sandbox.remove();
  }
}

interface Bench {
  readonly sandbox: PulumiSandbox;
  readonly controller: ContractTarget;
  readonly crowd: Crowd;
  readonly withMesh: boolean;
}

async function startDouble() {
  const double = await startTestDouble({ record: false });
  return { ...toContractTarget(double), stop: () => double.close() };
}

async function measure(bench: Bench): Promise<string[]> {
  const { controller, crowd } = bench;
  const alone = await timeInTurns(bench);
  const floor = await timeFloor(controller);
  const requests = await countRequests(bench);
  const filled = await fillController(controller, crowd);
  const crowded = await timeInTurns(bench);
  const crowdedFloor = await timeFloor(controller);
  const others = `${crowd.services} services and ${crowd.policies} service policies of others`;
  return [
    ...formatShares(alone),
    ...formatFloor(floor),
    ...requests,
    `  beside ${others}, which took ${filled.toFixed(0)} s to make:`,
    ...formatShares(crowded),
    ...formatFloor(crowdedFloor),
    ...timed.map(({ stage }) =>
      formatSlowdown(`  ${stage}: the run against one without others`, stage, alone, crowded),
    ),
    ...(await countRequests(bench)),
  ];
}

function formatFloor({ create, destroy }: Floor): string[] {
  return [
    formatLine("  create: the same requests without Pulumi", summarize([create]), "s"),
    formatLine("  destroy: the same requests without Pulumi", summarize([destroy]), "s"),
  ];
}

const sides = ["without", "with", "instead"] as const;

type Times = Readonly<Record<string, number>>;

interface Pairs {
  readonly without: readonly Times[];
  readonly with: readonly Times[];
  /** With as many rendered objects instead. */
  readonly instead: readonly Times[];
}

// In turns, so that what else the machine does falls on both.
async function timeInTurns({ sandbox, controller, withMesh }: Bench): Promise<Pairs> {
  const additions = { without: {}, with: { controller }, instead: { rendered: objects } };
  const pairs = { without: [] as Times[], with: [] as Times[], instead: [] as Times[] };
  for (let round = 0; round < rounds; round++) {
    for (const side of withMesh ? sides : sides.slice(0, 2)) {
      const contents = { withMesh, ...additions[side] };
      const enter = await MeasuredStack.open(sandbox, side, contents);
      const times: Record<string, number> = {};
      for (const { stage } of timed) {
        const started = performance.now();
        await enter(stage);
        times[stage] = (performance.now() - started) / 1000;
      }
      pairs[side].push(times);
    }
  }
  return pairs;
}

// The fastest round of each side, because the longer run is interrupted more often; the spread is that of the rounds. A
// run without the overlay that varies by more than a share's target says that the machine is too busy to judge the share.
function formatShares(pairs: Pairs): string[] {
  return timed.flatMap(({ stage, target }) => {
    const shares = pairs.with.map((times, round) => at(times, stage) - at(pairs.without[round] ?? {}, stage));
    const share = fastest(pairs.with, stage) - fastest(pairs.without, stage);
    const base = summarize(pairs.without.map((times) => at(times, stage)));
    return [
      formatLine(`  ${stage}: the run without the overlay`, base, "s"),
      formatLine(`  ${stage}: the overlay's share`, { ...summarize(shares), median: share }, "s", target),
      ...formatInstead(pairs, stage),
    ];
  });
}

// What Pulumi's engine takes for the same number of objects that no controller is asked for.
function formatInstead(pairs: Pairs, stage: Stage): string[] {
  if (pairs.instead.length === 0) return [];
  const shares = pairs.instead.map((times, round) => at(times, stage) - at(pairs.without[round] ?? {}, stage));
  const share = fastest(pairs.instead, stage) - fastest(pairs.without, stage);
  const title = `  ${stage}: ${objects} rendered objects instead`;
  return [formatLine(title, { ...summarize(shares), median: share }, "s")];
}

function formatSlowdown(title: string, stage: Stage, alone: Pairs, crowded: Pairs): string {
  const ratio = fastest(crowded.with, stage) / fastest(alone.with, stage);
  const verdict = ratio <= slowdown ? "met" : "MISSED";
  return `${title.padEnd(44)} ${ratio.toFixed(2).padStart(8)}   target <= ${slowdown}: ${verdict}`;
}

function fastest(runs: readonly Times[], stage: Stage): number {
  return summarize(runs.map((times) => at(times, stage))).min;
}

function at(times: Times, stage: Stage): number {
  return times[stage] ?? Number.NaN;
}

/** The requests of each stage, as they pass in front of the controller. */
async function countRequests({ sandbox, controller }: Bench): Promise<string[]> {
  const front = await startControllerFront(controller);
  try {
    const enter = await MeasuredStack.open(sandbox, "counted", { withMesh: false, controller: front });
    const lines: string[] = [];
    for (const { stage, target } of counted) {
      const from = front.passed.length;
      await enter(stage);
      lines.push(formatRequests(stage, front.passed.slice(from), target));
    }
    return lines;
  } finally {
    await front.close();
  }
}

function formatRequests(stage: Stage, passed: readonly Passed[], target: Readonly<Record<string, number>>): string {
  const counts: Record<string, number> = {};
  for (const request of passed) counts[kindOf(request)] = (counts[kindOf(request)] ?? 0) + 1;
  const told = Object.entries(counts).map(([kind, count]) => `${count} ${kind}`);
  const isMet = Object.entries(counts).every(([kind, count]) => count <= (target[kind] ?? 0));
  const wanted = Object.entries(target).map(([kind, count]) => `${count} ${kind}`);
  const verdict = `target <= ${wanted.join(", ") || "none"}: ${isMet ? "met" : "MISSED"}`;
  return `${`  ${stage}: requests`.padEnd(44)} ${told.join(", ") || "none"}   ${verdict}`;
}

function kindOf({ method, target }: Passed): string {
  const [collection, id] = target.split("?")[0]?.split("/").slice(4) ?? [];
  if (collection === "authenticate") return "login";
  if (collection === "current-api-session") return "logout";
  return method === "GET" && id === undefined ? "list" : method;
}
