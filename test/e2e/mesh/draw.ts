/** Choices that a seed determines, so that a run can be repeated. */
export class Draw {
  private state: number;

  /** `seed` is any integer. */
  constructor(seed: number) {
    this.state = seed >>> 0;
  }

  /** One of `values`, which are not none. */
  one<Value>(values: readonly Value[]): Value {
    return values[Math.floor(this.next() * values.length)] as Value;
  }

  // mulberry32
  private next(): number {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), this.state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}
