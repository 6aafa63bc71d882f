import { text, type ValueType } from "./value-type";

/** A day of the calendar, `YYYY-MM-DD`. */
export const date: ValueType<string> = text('a date in quotes, such as "2031-12-31"', (given) => {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(given)) return { reason: "is not of the form YYYY-MM-DD" };
  const day = new Date(`${given}T00:00:00Z`);
  const exists = !Number.isNaN(day.getTime()) && day.toISOString().startsWith(given);
  return exists ? undefined : { reason: "is not a day of the calendar" };
});
