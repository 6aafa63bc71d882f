import pc from "picocolors";

/** Where a command writes what a person reads. */
export interface Terminal {
  /** Writes a line that stays. */
  readonly line: (text: string) => void;
  /** Shows what is going on right now: one line that is overwritten on a terminal, seldom repeated elsewhere. */
  readonly status: (text: string) => void;
  readonly colors: ReturnType<typeof pc.createColors>;
}

/** The part of a stream a terminal needs. */
interface Sink {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const clearLine = "\r\u001b[2K";
/** Milliseconds between two status lines in a log file. */
const quietPeriod = 10_000;

/** A terminal over a stream. Colors and overwritten lines only when it is a TTY and NO_COLOR is not set. */
export function openTerminal(sink: Sink, environment: NodeJS.ProcessEnv, now: () => number = Date.now): Terminal {
  const interactive = sink.isTTY === true;
  const colors = pc.createColors(interactive && !environment.NO_COLOR);
  let lastStatus = Number.NEGATIVE_INFINITY;
  return {
    colors,
    line: (text) => void sink.write(`${interactive ? clearLine : ""}${text}\n`),
    status: (text) => {
      if (interactive) {
        sink.write(`${clearLine}${colors.dim(text.slice(0, (sink.columns ?? 80) - 1))}`);
      } else if (now() - lastStatus >= quietPeriod) {
        lastStatus = now();
        sink.write(`${text}\n`);
      }
    },
  };
}
