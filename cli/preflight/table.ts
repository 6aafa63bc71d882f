import type { Terminal } from "../../local/terminal";
import type { Finding, Verdict } from "./finding";

type Colors = Terminal["colors"];

/** Passes that are written out; further ones are counted. */
const shownPasses = 6;
const verdicts: readonly Verdict[] = ["fail", "warn", "unknown", "pass"];

const paint: Readonly<Record<Verdict, (colors: Colors, text: string) => string>> = {
  pass: (colors, text) => colors.green(text),
  fail: (colors, text) => colors.red(text),
  warn: (colors, text) => colors.yellow(text),
  unknown: (colors, text) => colors.cyan(text),
};

/** The report for a person: a section per check in the order of its titles, what needs attention first, then the sums. */
export function renderTable(
  findings: readonly Finding<string>[],
  titles: Readonly<Record<string, string>>,
  colors: Colors,
): string {
  const sections = Object.entries(titles)
    .map(([check, title]) => ({ title, section: findings.filter((finding) => finding.check === check) }))
    .filter(({ section }) => section.length > 0)
    .map(({ title, section }) => renderSection(title, section, colors));
  return [...sections, countVerdicts(findings)].join("\n\n");
}

function renderSection(title: string, section: readonly Finding<string>[], colors: Colors): string {
  const attention = section.filter(({ verdict }) => verdict !== "pass");
  const width = Math.max(...section.map(({ subject }) => subject.length));
  const rows = verdicts.flatMap((wanted) =>
    attention
      .filter(({ verdict }) => verdict === wanted)
      .flatMap(({ verdict, subject, cause, fix }) => [
        `${mark(verdict, colors)}  ${subject.padEnd(width)}  ${cause}`,
        `${" ".repeat(width + 13)}${colors.dim(`fix: ${fix}`)}`,
      ]),
  );
  return [colors.bold(title), ...rows, ...renderPasses(section, width, colors)].join("\n");
}

function renderPasses(section: readonly Finding<string>[], width: number, colors: Colors): string[] {
  const passes = section.filter(({ verdict }) => verdict === "pass");
  const rows = passes
    .slice(0, shownPasses)
    .map(({ verdict, subject, cause }) => `${mark(verdict, colors)}  ${subject.padEnd(width)}  ${cause}`);
  const others = passes.length - rows.length;
  return others > 0 ? [...rows, `${mark("pass", colors)}  and ${others} more`] : rows;
}

const mark = (verdict: Verdict, colors: Colors) => `  ${paint[verdict](colors, verdict.padEnd(7))}`;

function countVerdicts(findings: readonly Finding<string>[]): string {
  const count = (wanted: Verdict) => findings.filter(({ verdict }) => verdict === wanted).length;
  return `${count("pass")} passed, ${count("fail")} failed, ${count("warn")} warned, ${count("unknown")} unknown`;
}
