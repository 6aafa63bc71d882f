/** Characters of a cleaned line; what is longer is cut. */
const lineLimit = 300;

interface Redaction {
  readonly pattern: RegExp;
  readonly by: string | ((match: string) => string);
}

const redacted = "[redacted]";
const keyword = "password|passwd|pwd|secret|token|api[_-]?key|authorization|credential|private[_-]?key";

// Base64 has all three; names of Kubernetes objects and paths do not.
const isMixed = (text: string) => /[a-z]/.test(text) && /[A-Z]/.test(text) && /\d/.test(text);

/** What a secret looks like in a log, in the order of replacement. */
const redactions: readonly Redaction[] = [
  { pattern: /-----BEGIN [A-Z ]*-----.*/g, by: redacted },
  { pattern: /\beyJ[\w-]+(\.[\w-]+){1,4}/g, by: redacted },
  { pattern: /\b(Bearer|Basic)\s+[^\s"',]+/gi, by: `$1 ${redacted}` },
  { pattern: /\/\/[^\s/@]*:[^\s/@]+@/g, by: `//${redacted}@` },
  {
    pattern: new RegExp(`(["']?[\\w.-]*(?:${keyword})[\\w.-]*["']?[:=])\\s*("[^"]*"|'[^']*'|[^\\s"',;}]+)`, "gi"),
    by: `$1${redacted}`,
  },
  { pattern: new RegExp(`("[\\w.-]*(?:${keyword})[\\w.-]*"\\s*:\\s*)"[^"]*"`, "gi"), by: `$1"${redacted}"` },
  { pattern: new RegExp(`(--?[\\w-]*(?:${keyword})[\\w-]*\\s+)[^\\s-]\\S*`, "gi"), by: `$1${redacted}` },
  { pattern: /(?<!sha256:)\b[0-9a-fA-F]{32,}\b/g, by: redacted },
  { pattern: /[A-Za-z0-9+/_-]{24,}={0,2}/g, by: (match) => (isMixed(match) ? redacted : match) },
];

// Terminal sequences, control characters, and what turns the direction of writing or has no width.
const sequences = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|.)?/g; // eslint-disable-line no-control-regex
const unprintable = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g; // eslint-disable-line no-control-regex

/**
 * A text of a cluster as one line for a person: no control characters, no marks that a terminal or Pulumi acts on, nothing
 * that looks like a secret, at most 300 characters.
 */
export function toLine(text: string): string {
  const flat = text.replace(sequences, "").replace(unprintable, " ").replaceAll("<{%", "< {%").trim();
  const clean = redactions.reduce(
    (line, { pattern, by }) => (typeof by === "string" ? line.replace(pattern, by) : line.replace(pattern, by)),
    flat.slice(0, 20 * lineLimit), // patterns are not run over megabytes
  );
  return clean.length > lineLimit ? `${clean.slice(0, lineLimit - 1)}…` : clean;
}

/** Lines of a log that are kept. */
const keptLines = 5;

/** The last lines of a log, cleaned; empty ones are left out, and so is the inside of PEM blocks. */
export function toLogLines(log: string): readonly string[] {
  const lines = log.replace(/-----BEGIN ([A-Z ]+)-----[\s\S]*?(-----END \1-----|$)/g, redacted).split(/\r?\n/);
  return lines
    .map(toLine)
    .filter((line) => line !== "")
    .slice(-keptLines);
}
