import type { ErrorCode } from "./errors";

/** Something that goes wrong on purpose with the next requests it fits. */
export interface Fault {
  /** HTTP method it fits; any when absent. */
  method?: string;
  /** First path segment it fits, such as `services`; any when absent. */
  collection?: string;
  /** How many requests it strikes; 1 when absent. */
  times?: number;
  /** Waits before the request is handled, in milliseconds. */
  delayMilliseconds?: number;
  /** Answers with this error and does not handle the request. */
  respond?: ErrorCode;
  /** Closes the connection without an answer: before the request is handled, or after it took effect. */
  cut?: "before" | "after";
}

/** One request the double answered. A cut connection has status 0. */
export interface RecordedRequest {
  method: string;
  /** Below the base path, without the query. */
  path: string;
  query: string;
  body: unknown;
  status: number;
}

/** The faults that still wait for a request. */
export class Faults {
  private waiting: { fault: Fault; left: number }[] = [];

  /** Adds a fault; of several that fit, the oldest strikes. */
  add(fault: Fault): void {
    this.waiting.push({ fault, left: fault.times ?? 1 });
  }

  /** Forgets every fault. */
  clear(): void {
    this.waiting = [];
  }

  /** The fault that strikes this request, used up by one; undefined for none. */
  tryTake(method: string, collection: string): Fault | undefined {
    const entry = this.waiting.find(
      ({ fault }) =>
        (fault.method === undefined || fault.method === method) &&
        (fault.collection === undefined || fault.collection === collection),
    );
    if (entry === undefined) return undefined;
    entry.left -= 1;
    if (entry.left === 0) this.waiting = this.waiting.filter((other) => other !== entry);
    return entry.fault;
  }
}
