import { Token, toTokens } from "./filter-tokens";
import type { SymbolUse } from "./filter-types";

/** Decides whether an object, seen through a function from symbol to value, is wanted. */
type Predicate = (valueOf: (symbol: string) => unknown) => boolean;

/** One sort key. */
export interface SortKey {
  symbol: string;
  ascending: boolean;
}

/** A parsed filter: what is wanted, in which order, and which part of it. */
export interface Query {
  predicate: Predicate;
  uses: SymbolUse[];
  sort: SortKey[];
  skip?: number;
  /** -1 stands for `limit none`. */
  limit?: number;
}

type Compare = (left: unknown, right: unknown) => boolean;

function contains(left: unknown, right: unknown): boolean {
  return typeof left === "string" && left.includes(String(right));
}

const comparisons: Record<string, Compare> = {
  "=": (left, right) => (left ?? null) === right,
  "!=": (left, right) => (left ?? null) !== right,
  "<": (left, right) => left !== null && left !== undefined && left < right!,
  "<=": (left, right) => left !== null && left !== undefined && left <= right!,
  ">": (left, right) => left !== null && left !== undefined && left > right!,
  ">=": (left, right) => left !== null && left !== undefined && left >= right!,
  contains,
  icontains: (left, right) => typeof left === "string" && contains(left.toLowerCase(), String(right).toLowerCase()),
  in: (left, right) => (right as unknown[]).includes(left),
  between: (left, right) => {
    const [low, high] = right as number[];
    return typeof left === "number" && left >= low! && left < high!;
  },
};

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function toOperand(token: Token | undefined): SymbolUse["operand"] {
  if (token?.type === "string" || token?.type === "number" || token?.type === "datetime") return token.type;
  return token?.text === "null" ? "null" : "boolean";
}

/** Parses the filter language; throws SyntaxError with the reason. */
export function parseFilter(text: string): Query {
  return new Parser(toTokens(text)).query();
}

// Recursive descent over the tokens: query > or > and > not > operation.
class Parser {
  private position = 0;
  private readonly uses: SymbolUse[] = [];

  constructor(private readonly tokens: Token[]) {}

  query(): Query {
    const start = this.peek();
    const bare = start === undefined || ["sort", "skip", "limit"].includes(this.word() ?? "");
    const predicate = bare ? () => true : this.or();
    const query: Query = { predicate, uses: this.uses, sort: this.takeWord("sort") ? this.sortKeys() : [] };
    if (this.takeWord("skip")) query.skip = this.number();
    if (this.takeWord("limit")) query.limit = this.takeWord("none") ? -1 : this.number();
    if (this.peek() !== undefined) this.fail("the end");
    return query;
  }

  private sortKeys(): SortKey[] {
    this.expectWord("by");
    const keys: SortKey[] = [];
    do {
      const symbol = this.expect("symbol");
      const ascending = this.takeWord("desc") ? false : this.takeWord("asc") || true;
      keys.push({ symbol, ascending });
    } while (this.take("punctuation", ","));
    return keys;
  }

  private or(): Predicate {
    const parts = [this.and()];
    while (this.takeWord("or")) parts.push(this.and());
    return (valueOf) => parts.some((part) => part(valueOf));
  }

  private and(): Predicate {
    const parts = [this.not()];
    while (this.takeWord("and")) parts.push(this.not());
    return (valueOf) => parts.every((part) => part(valueOf));
  }

  private not(): Predicate {
    if (!this.takeWord("not")) return this.operation();
    const inner = this.not();
    return (valueOf) => !inner(valueOf);
  }

  private operation(): Predicate {
    if (this.take("punctuation", "(")) {
      const inner = this.or();
      this.expect("punctuation", ")");
      return inner;
    }
    for (const constant of ["true", "false"]) if (this.takeWord(constant)) return () => constant === "true";
    const fold = this.word();
    if (fold === "anyof" || fold === "allof" || fold === "count" || fold === "isempty") return this.folded(fold);
    const symbol = this.expect("symbol");
    const comparison = this.tryComparison();
    this.uses.push({ symbol, folded: false, operand: comparison?.operand ?? "none" });
    return (valueOf) => (comparison === undefined ? valueOf(symbol) === true : comparison.holds(valueOf(symbol)));
  }

  private folded(fold: "anyof" | "allof" | "count" | "isempty"): Predicate {
    this.position += 1;
    this.expect("punctuation", "(");
    const symbol = this.expect("symbol");
    this.uses.push({ symbol, folded: true, operand: "none" });
    this.expect("punctuation", ")");
    if (fold === "isempty") return (valueOf) => listOf(valueOf(symbol)).length === 0;
    const { holds } = this.tryComparison() ?? this.fail("a comparison");
    if (fold === "count") return (valueOf) => holds(listOf(valueOf(symbol)).length);
    const every = fold === "allof";
    return (valueOf) => (every ? listOf(valueOf(symbol)).every(holds) : listOf(valueOf(symbol)).some(holds));
  }

  private tryComparison(): { holds: (value: unknown) => boolean; operand: SymbolUse["operand"] } | undefined {
    const negated = this.takeWord("not");
    const token = this.peek();
    const compare = token === undefined || token.type === "string" ? undefined : comparisons[token.text];
    if (compare === undefined) return negated ? this.fail("in, contains or between") : undefined;
    this.position += 1;
    const bracket = token?.text === "in" ? 1 : 0;
    const operand = toOperand(this.tokens[this.position + bracket]);
    const right = token?.text === "in" ? this.list() : token?.text === "between" ? this.range() : this.literal();
    return { operand, holds: (value) => compare(value, right) !== negated };
  }

  private list(): unknown[] {
    this.expect("punctuation", "[");
    const items = [this.literal()];
    while (this.take("punctuation", ",")) items.push(this.literal());
    this.expect("punctuation", "]");
    return items;
  }

  private range(): unknown[] {
    const low = this.number();
    this.expectWord("and");
    return [low, this.number()];
  }

  private literal(): unknown {
    const token = this.peek();
    if (token?.type === "string" || token?.type === "datetime") return this.expect(token.type);
    if (token?.type === "number") return this.number();
    for (const [word, value] of [["true", true] as const, ["false", false] as const, ["null", null] as const]) {
      if (this.takeWord(word)) return value;
    }
    return this.fail("a value");
  }

  private number(): number {
    return Number(this.expect("number"));
  }

  private peek(): Token | undefined {
    return this.tokens[this.position];
  }

  private word(): string | undefined {
    const token = this.peek();
    return token?.type === "word" ? token.text : undefined;
  }

  private take(type: Token["type"], text: string): boolean {
    const token = this.peek();
    if (token?.type !== type || token.text !== text) return false;
    this.position += 1;
    return true;
  }

  private takeWord(text: string): boolean {
    return this.take("word", text);
  }

  private expectWord(text: string): void {
    if (!this.takeWord(text)) this.fail(text);
  }

  private expect(type: Token["type"], text?: string): string {
    const token = this.peek();
    if (token?.type !== type || (text !== undefined && token.text !== text)) return this.fail(text ?? `a ${type}`);
    this.position += 1;
    return token.text;
  }

  private fail(expected: string): never {
    throw new SyntaxError(`expected ${expected}, found ${this.peek()?.text ?? "the end"}`);
  }
}
