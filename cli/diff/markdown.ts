import type { Area } from "../../access/answers/facts/fact";
import type { Change, Effect } from "./semantic-diff";

const headings: Readonly<Record<Effect, string>> = {
  widened: "Opens",
  narrowed: "Closes",
  neutral: "Changes otherwise",
};

/** What an area is called where people read. */
export const areaNames: Readonly<Record<Area, string>> = {
  calls: "calls in the mesh",
  public: "public surface",
  overlay: "overlay",
  egress: "ways out of the cluster",
  packets: "network policies",
  mesh: "mesh",
  tls: "TLS",
  places: "names and places",
  versions: "charts and images",
};

const effects: readonly Effect[] = ["widened", "narrowed", "neutral"];

/** The changes by effect, with the sentence that stands for none. */
export function sections(changes: readonly Change[]) {
  return effects
    .map((effect) => ({ effect, title: headings[effect], changes: changes.filter((one) => one.effect === effect) }))
    .filter((section) => section.changes.length > 0);
}

// Text of a configuration is shown as it is: it must neither format the comment nor mention anybody.
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>|#@~]/g, (character) => (character === "@" ? "@\u200b" : `\\${character}`));
}

/** The changes as Markdown, fit for the comment of a pull request. */
export function renderMarkdown(before: string, after: string, changes: readonly Change[]): string {
  const title = `### Who may reach what: ${escapeMarkdown(before)} → ${escapeMarkdown(after)}`;
  const parts = sections(changes).map((section) => {
    const rows = section.changes.map(({ area, sentence }) => `- *${areaNames[area]}*: ${escapeMarkdown(sentence)}`);
    return [`**${section.title}** (${section.changes.length})`, "", ...rows].join("\n");
  });
  return [title, ...(parts.length > 0 ? parts : ["Nothing changes."])].join("\n\n");
}
