import type { EngineEvent } from "@pulumi/pulumi/automation";
import { kindOf, nameOf } from "./urn";

/** How long a release took; seconds. */
interface ReleaseTime {
  readonly urn: string;
  readonly seconds: number;
}

/** A resource of a state, as far as it is looked at. */
export interface StateResource {
  readonly urn: string;
  readonly dependencies?: readonly string[];
  /** URN, then id. */
  readonly provider?: string;
}

/** Releases that wait for each other: nothing that needs the last of them is ready before their sum. */
interface ReleaseChain {
  readonly seconds: number;
  /** From the first to the last. */
  readonly releases: readonly { readonly name: string; readonly seconds: number }[];
}

// The router's token is asked for with what is read from the controller, and the state holds no dependency on a reading.
const unwritten: Readonly<Record<string, readonly string[]>> = { "overlay-router": ["overlay-controller"] };

/** Takes the time of each release from the engine's events: those that were made or changed, in the order they ended. */
export class ReleaseClock {
  private readonly begun = new Map<string, number>();
  readonly times: ReleaseTime[] = [];

  constructor(private readonly now: () => number = Date.now) {}

  see({ resourcePreEvent, resOutputsEvent }: EngineEvent): void {
    const before = resourcePreEvent?.metadata;
    const after = resOutputsEvent?.metadata;
    if (before && isWork(before)) this.begun.set(before.urn, this.now());
    const since = after && isWork(after) ? this.begun.get(after.urn) : undefined;
    if (after && since !== undefined) this.times.push({ urn: after.urn, seconds: (this.now() - since) / 1000 });
  }
}

function isWork({ op, urn }: { readonly op: string; readonly urn: string }): boolean {
  return kindOf(urn) === "Release" && (op === "create" || op === "update");
}

/** The chain of releases that took longest; undefined where none was made or changed. Pure. */
export function findLongestChain(
  times: readonly ReleaseTime[],
  resources: readonly StateResource[],
): ReleaseChain | undefined {
  const known = new Map(resources.map((one) => [one.urn, one]));
  const chains = new Map<string, ReleaseChain>();
  const chainTo = ({ urn, seconds }: ReleaseTime): ReleaseChain => {
    const found = chains.get(urn);
    if (found !== undefined) return found;
    const before = longest(times.filter((other) => waitsFor(known, urn).has(other.urn)).map(chainTo));
    const own = { name: nameOf(urn), seconds };
    const chain = { seconds: seconds + (before?.seconds ?? 0), releases: [...(before?.releases ?? []), own] };
    chains.set(urn, chain);
    return chain;
  };
  return longest(times.map(chainTo));
}

function longest(chains: readonly ReleaseChain[]): ReleaseChain | undefined {
  return chains.reduce<ReleaseChain | undefined>(
    (best, one) => (best && best.seconds >= one.seconds ? best : one),
    undefined,
  );
}

function waitsFor(known: ReadonlyMap<string, StateResource>, start: string): ReadonlySet<string> {
  const named = new Map([...known.keys()].map((urn) => [nameOf(urn), urn]));
  const seen = new Set<string>();
  for (const open = [start]; open.length > 0;) {
    const urn = open.pop() ?? "";
    const { dependencies = [], provider = "" } = known.get(urn) ?? {};
    const also = (unwritten[nameOf(urn)] ?? []).flatMap((name) => named.get(name) ?? []);
    const ofProvider = provider.split("::").slice(0, -1).join("::");
    for (const next of [...dependencies, ofProvider, ...also]) {
      if (next === start || seen.has(next) || !known.has(next)) continue;
      seen.add(next);
      open.push(next);
    }
  }
  return seen;
}

/** One line for the end of a run: "64.2 s: ingress-cert-manager 20.1 s, overlay-controller 44.1 s". */
export function renderChain({ seconds, releases }: ReleaseChain): string {
  const each = releases.map((one) => `${one.name} ${one.seconds.toFixed(1)} s`);
  return `${seconds.toFixed(1)} s: ${each.join(", ")}`;
}
