import { checks } from "./finding";
import { findEntries, messages } from "./messages";

/** The explanation of a message or a log for a person; undefined when nothing in it is known. */
export function explainText(text: string): string | undefined {
  const found = findEntries(text);
  if (found.length === 0) return undefined;
  return found
    .map(({ entry, line, count }) => {
      const often = count > 1 ? `  (${count} lines)` : "";
      return [
        `${entry.message}${often}`,
        ...(line === entry.message ? [] : [`  line:   ${line}`]),
        `  from:   ${entry.source}`,
        `  means:  ${entry.means}`,
        `  checks: ${entry.checks.map((check) => checks[check]).join(", ")}`,
        `  fix:    ${entry.fix}`,
      ].join("\n");
    })
    .join("\n\n");
}

/** The messages that are known, a line each. */
export function knownMessages(): string {
  return messages.map(({ message }) => `  ${message}`).join("\n");
}
