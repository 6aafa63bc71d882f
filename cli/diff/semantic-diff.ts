import { groupBy } from "../../access/model/group-by";
import { areas, type Area, type Fact, type Permission, type Setting } from "../../access/answers/facts/fact";

/** What a change does to reach: somebody may do more, less, or neither. */
export type Effect = "widened" | "narrowed" | "neutral";

/** One difference between two installations, as a whole sentence. */
export interface Change {
  readonly area: Area;
  readonly effect: Effect;
  readonly sentence: string;
}

type Verdict = "added" | "removed" | "reason";

const effects: Readonly<Record<Verdict, Effect>> = { added: "widened", removed: "narrowed", reason: "neutral" };
const modals: Readonly<Record<Verdict, string>> = { added: "may now", removed: "may no longer", reason: "may still" };

function capitalize(text: string): string {
  return /^the |^clients |^every |^any pod |^anyone /.test(text) ? text.charAt(0).toUpperCase() + text.slice(1) : text;
}

function joinNames(names: readonly string[]): string {
  return names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

// A target in both of its states needs no condition.
function targetsOf(permissions: readonly Permission[]): string {
  const groups = [...groupBy(permissions, ({ target }) => target)].sort(([left], [right]) => (left < right ? -1 : 1));
  return joinNames(
    groups.map(([target, group]) => {
      const [only, ...more] = group;
      return more.length > 0 || only?.condition === undefined ? target : `${target} ${only.condition}`;
    }),
  );
}

function toChange(verdict: Verdict, group: readonly Permission[]): Change {
  const { area, subject, action, because } = group[0] as Permission;
  const reason = because === undefined ? "" : `, because: ${because}`;
  const other = verdict === "reason" ? ", for another reason" : "";
  const sentence = `${subject} ${modals[verdict]} ${action} ${targetsOf(group)}${other}${reason}.`;
  return { area, effect: effects[verdict], sentence: capitalize(sentence) };
}

function permissionChanges(before: readonly Permission[], after: readonly Permission[]): Change[] {
  const [old, now] = [before, after].map((list) => new Map(list.map((one) => [one.key, one])));
  const verdicts: [Verdict, Permission][] = [
    ...after.filter(({ key }) => !old?.has(key)).map((one): [Verdict, Permission] => ["added", one]),
    ...before.filter(({ key }) => !now?.has(key)).map((one): [Verdict, Permission] => ["removed", one]),
    ...after
      .filter(({ key, because }) => old?.has(key) === true && old.get(key)?.because !== because)
      .map((one): [Verdict, Permission] => ["reason", one]),
  ];
  const groups = groupBy(verdicts, ([verdict, { area, subject, action, because }]) =>
    [verdict, area, subject, action, because].join("\0"),
  );
  return [...groups.values()].map((group) =>
    toChange(
      (group[0] as [Verdict, Permission])[0],
      group.map(([, one]) => one),
    ),
  );
}

function effectOf(before: Setting, after: Setting): Effect {
  if (before.rank === undefined || after.rank === undefined || before.rank === after.rank) return "neutral";
  return after.rank > before.rank ? "widened" : "narrowed";
}

// A setting that exists on one side alone belongs to what the permissions tell: a caller that came or went.
function settingChanges(before: readonly Setting[], after: readonly Setting[]): Change[] {
  const old = new Map(before.map((one) => [`${one.area} ${one.key}`, one]));
  return after.flatMap((one) => {
    const previous = old.get(`${one.area} ${one.key}`);
    if (previous === undefined || previous.value === one.value) return [];
    const sentence = `${one.name}: ${one.value} instead of ${previous.value}.`;
    return [{ area: one.area, effect: effectOf(previous, one), sentence }];
  });
}

const isPermission = (fact: Fact): fact is Permission => fact.kind === "permission";
const isSetting = (fact: Fact): fact is Setting => fact.kind === "setting";

// Where the network policies are switched, the switch tells everything about the ways out: without them all are open.
function withoutHidden(changes: readonly Change[]): readonly Change[] {
  const isSwitched = changes.some(({ area }) => area === "packets");
  return isSwitched ? changes.filter(({ area }) => area !== "egress") : changes;
}

/**
 * What differs between two installations in who may reach what, one sentence per subject, verb and reason; sorted by
 * area, then by text. Empty when nothing differs, whatever the files look like.
 */
export function semanticDiff(before: readonly Fact[], after: readonly Fact[]): readonly Change[] {
  const changes = [
    ...permissionChanges(before.filter(isPermission), after.filter(isPermission)),
    ...settingChanges(before.filter(isSetting), after.filter(isSetting)),
  ];
  return [...withoutHidden(changes)].sort(
    (left, right) => areas.indexOf(left.area) - areas.indexOf(right.area) || (left.sentence < right.sentence ? -1 : 1),
  );
}
