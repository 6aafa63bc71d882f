import type { Symptom, Where } from "./symptoms";

/** What is behind a symptom, and what to do. */
export interface Case {
  /** One word or two, the same in every run. */
  readonly id: string;
  readonly where: Where;
  readonly reason?: RegExp;
  readonly message?: RegExp;
  readonly image?: RegExp;
  /** Matched with each line. */
  readonly log?: RegExp;
  /** Seconds for which it has to last before it is told in a run: much of this passes by itself. */
  readonly patience: number;
  /** A clause that goes on after "pod …, container …: ". */
  readonly cause: (symptom: Symptom) => string;
  /** One or two sentences. */
  readonly fix: (symptom: Symptom) => string;
}

/** True when every pattern that a case has is met. */
export function isCaseOf({ where, reason, message, image, log }: Case, symptom: Symptom): boolean {
  return (
    where === symptom.where &&
    (reason === undefined || reason.test(symptom.reason)) &&
    (message === undefined || message.test(symptom.message)) &&
    (image === undefined || image.test(symptom.image ?? "")) &&
    (log === undefined || symptom.log.some((line) => log.test(line)))
  );
}

/** What a message has in quotation marks after some words, or what stands for it. */
export function quotedAfter(message: string, words: string, fallback: string): string {
  return new RegExp(`${words} "([^"]+)"`, "i").exec(message)?.[1] ?? fallback;
}
