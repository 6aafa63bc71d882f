import { projectName } from "./project";

const halves = [
  ["cert", "key"],
  ["username", "password"],
] as const;

/**
 * A committed file may lack what is set per machine: the private half of a credential, and the database of Ziti
 * Management. It counts as encrypted; `missing` names it.
 */
export function completeSecrets(raw: Readonly<Record<string, string>>) {
  const lacking = [
    ...missingHalves(sectionOf(raw, "controller")).map((name) => ["controller", name] as const),
    ...(lacksDatabase(raw) ? [["zitiManagement", "database"] as const] : []),
  ];
  const completed: Record<string, string> = { ...raw };
  for (const [section, name] of lacking) {
    completed[keyOf(section)] = JSON.stringify({ ...sectionOf(completed, section), [name]: { secure: "" } });
  }
  return { raw: completed, missing: lacking.map((names) => names.join(".")) };
}

const keyOf = (section: string) => `${projectName}:${section}`;
const sectionOf = (raw: Readonly<Record<string, string>>, section: string) => tryParseObject(raw[keyOf(section)]);

function missingHalves(controller: Readonly<Record<string, unknown>>): string[] {
  return halves.filter(([open, secret]) => open in controller && !(secret in controller)).map(([, secret]) => secret);
}

function lacksDatabase(raw: Readonly<Record<string, string>>): boolean {
  const { deploy, database } = sectionOf(raw, "zitiManagement");
  return raw[keyOf("profile")] === "production" && deploy !== false && database === undefined;
}

// What is no object is left for the parser to refuse.
function tryParseObject(text = "{}"): Readonly<Record<string, unknown>> {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
