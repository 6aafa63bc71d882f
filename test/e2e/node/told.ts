import { renderCounts, type Outcome } from "../../support/platform-standin/execute";

/** An outcome that fits into a line. */
export interface Told {
  readonly drawn: number;
  readonly sent: number;
  readonly arrived: number;
  readonly denied: number;
  readonly disagreements: readonly string[];
  readonly table: string;
}

/** What an outcome comes to. */
export function tell(outcome: Outcome): Told {
  const sum = (count: "drawn" | "arrived" | "denied" | "disagreed") =>
    [...outcome.counts.values()].reduce((total, layer) => total + layer[count], 0);
  return {
    drawn: sum("drawn"),
    sent: sum("arrived") + sum("denied") + sum("disagreed"),
    arrived: sum("arrived"),
    denied: sum("denied"),
    disagreements: outcome.disagreements.map(({ title }) => title),
    table: renderCounts(outcome),
  };
}
