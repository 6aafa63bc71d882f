/** Several measurements of one thing, in the unit they were taken in. */
export interface Figures {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Median with the spread around it: the spread is the machine's noise in this run. */
export function summarize(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { median: at(Math.floor((sorted.length - 1) / 2)), min: at(0), max: at(sorted.length - 1) };
}

/** One line of the report: the figure, its spread, and its target where there is one. */
export function formatLine(title: string, { median, min, max }: Figures, unit: string, target?: number): string {
  const spread = `${min.toFixed(2)}–${max.toFixed(2)}`;
  const verdict = target === undefined ? "" : ` target <= ${target} ${unit}: ${median <= target ? "met" : "MISSED"}`;
  return `${title.padEnd(44)} ${median.toFixed(2).padStart(8)} ${unit} (${spread})${verdict}`;
}
