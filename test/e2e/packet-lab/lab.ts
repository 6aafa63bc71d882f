import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as path from "node:path";
import { createInterface, type Interface } from "node:readline";
import { projectRoot } from "../../support/project-root";
import { Namespaces, run, type LabPlace } from "./namespaces";
import type { FilteredPlace } from "./translation";

/** A place with what listens there, and its Service. */
export interface ListeningPlace extends LabPlace, FilteredPlace {
  readonly listens: readonly { readonly protocol: string; readonly port: number }[];
}

/** One probe: `port` is the pod's, `dialed` and `dialedPort` what the client writes. ICMP has port 0. */
export interface LabProbe {
  readonly from: number;
  readonly to: number;
  readonly family: "v4" | "v6";
  readonly protocol: string;
  readonly port: number;
  readonly dialed: string;
  readonly dialedPort: number;
}

/**
 * What became of a probe. `open`: the place it was for answered. `closed`: nobody did, and the filter recorded that it
 * closed the packet. Everything else is the lab's fault: `silent`, no answer and no record; `other`, the wrong place
 * answered; `both`, an answer and a record.
 */
export type Outcome = "open" | "closed" | "silent" | "other" | "both";

/** The names of the tools that the lab lacks here; empty where it can run. */
export function findMissing(): readonly string[] {
  const tools = ["ip", "nft", "python3"].filter((tool) => {
    try {
      run(tool, [tool === "ip" ? "-V" : "--version"]);
      return false;
    } catch {
      return true;
    }
  });
  return process.getuid?.() === 0 ? tools : ["root", ...tools];
}

interface NftSet {
  readonly name: string;
  readonly elem?: readonly { readonly concat: readonly (string | number)[] }[];
}

/** The record of closed packets, as the kernel prints it, with addresses and ports in the order of `keyOf`. */
export function parseRecord(text: string): ReadonlySet<string> {
  const { nftables } = JSON.parse(text) as { nftables: readonly { readonly set?: NftSet }[] };
  const sets = nftables.flatMap(({ set }) => (set === undefined ? [] : [set]));
  return new Set(
    sets.flatMap(({ name, elem = [] }) => {
      if (name.startsWith("closed_")) return elem.map(({ concat }) => concat.join(" "));
      return name.startsWith("pinged_") ? elem.map(({ concat }) => [...concat, "icmp", 0].join(" ")) : [];
    }),
  );
}

/** Places in network namespaces, everything listening, and a router between them whose packet filter is under test. */
export class PacketLab {
  private constructor(
    private readonly places: readonly ListeningPlace[],
    private readonly namespaces: Namespaces,
    private readonly prober: ChildProcess,
    private readonly answers: Interface,
  ) {}

  /** Starts it. Nothing filters until `filter`. */
  static async start(places: readonly ListeningPlace[]): Promise<PacketLab> {
    const namespaces = new Namespaces(places);
    const script = path.join(projectRoot, "test/e2e/packet-lab/probes.py");
    const prober = spawn("python3", [script], { stdio: ["pipe", "pipe", "inherit"] });
    const lab = new PacketLab(places, namespaces, prober, createInterface({ input: prober.stdout }));
    const toRow = ({ listens }: ListeningPlace, index: number) => ({
      netns: namespaces.nameOf(index),
      listens: listens.map(({ protocol, port }) => [protocol, port]),
    });
    try {
      await lab.ask({ places: places.map(toRow) });
    } catch (error) {
      await lab.stop();
      throw error;
    }
    return lab;
  }

  /** Replaces the packet filter: the text of an nft ruleset. Its record starts empty. */
  filter(ruleset: string): void {
    this.namespaces.filter(ruleset);
  }

  /** Sends every probe. One without an answer and without a record is sent again, since datagrams may get lost. */
  async probe(probes: readonly LabProbe[], attempts = 3): Promise<readonly Outcome[]> {
    const outcomes: Outcome[] = probes.map(() => "silent");
    for (let attempt = 0; attempt < attempts; attempt++) {
      const open = probes.flatMap((_, index) => (outcomes[index] === "silent" ? [index] : []));
      if (open.length === 0) break;
      const sent = open.flatMap((index) => probes[index] ?? []);
      const { results } = (await this.ask({ probes: sent.map(toRow) })) as { results: string };
      const closed = parseRecord(this.namespaces.readFilter());
      sent.forEach((probe, position) => {
        const outcome = outcomeOf(results[position] ?? "", closed.has(this.keyOf(probe)));
        outcomes[open[position] ?? -1] = outcome;
      });
    }
    return outcomes;
  }

  /** Ends the processes and removes the namespaces. */
  async stop(): Promise<void> {
    if (this.prober.exitCode === null) {
      this.prober.kill("SIGKILL");
      await once(this.prober, "exit");
    }
    this.answers.close();
    this.namespaces.remove();
  }

  private keyOf({ from, to, family, protocol, port }: LabProbe): string {
    return [this.places[from]?.[family], this.places[to]?.[family], protocol.toLowerCase(), port].join(" ");
  }

  private async ask(question: object): Promise<unknown> {
    const asked = new AbortController();
    const { signal } = asked;
    const answer = once(this.answers, "line", { signal });
    const gone = once(this.prober, "exit", { signal }).then(() => {
      throw new Error("the probes ended early");
    });
    this.prober.stdin?.write(`${JSON.stringify(question)}\n`);
    try {
      const [line] = (await Promise.race([answer, gone])) as [string];
      return JSON.parse(line);
    } finally {
      // Whichever did not happen would wait on, with a listener per question.
      asked.abort();
      await Promise.allSettled([answer, gone]);
    }
  }
}

function toRow({ from, to, family, protocol, dialed, dialedPort }: LabProbe) {
  return [from, family, protocol, dialed, dialedPort, to];
}

function outcomeOf(result: string, isRecorded: boolean): Outcome {
  if (result === "w") return "other";
  if (result === "o") return isRecorded ? "both" : "open";
  return isRecorded ? "closed" : "silent";
}
