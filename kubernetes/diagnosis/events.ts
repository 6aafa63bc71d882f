import type { Named } from "../reading";
import type { Observed, ObservedEvent } from "./objects";

/** The newest event of an object whose reason matches; of one container, where it is named. */
export function findEvent(
  { events }: Observed,
  { metadata }: Named,
  reason: RegExp,
  container?: string,
): ObservedEvent | undefined {
  const own = events.filter(({ involvedObject: { name, namespace, uid, fieldPath }, ...event }) => {
    if (name !== metadata.name || namespace !== metadata.namespace) return false;
    // An object of the same name may have been there before.
    if (uid !== undefined && metadata.uid !== undefined && uid !== metadata.uid) return false;
    if (container !== undefined && fieldPath !== undefined && !fieldPath.includes(`{${container}}`)) return false;
    return reason.test(event.reason ?? "");
  });
  return own.sort((left, right) => timeOf(right).localeCompare(timeOf(left)))[0];
}

const timeOf = ({ lastTimestamp, eventTime, metadata }: ObservedEvent) =>
  lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "";

/** What an event says; empty where there is none. */
export function textOf(event: ObservedEvent | undefined): string {
  return event?.message ?? "";
}
