import { ApiError, ErrorCode } from "./errors";
import { Query, SortKey, parseFilter } from "./filter";
import type { Kind } from "./kind";
import type { Entity } from "./store";

const defaultLimit = 10;
const maxLimit = 500;
const maxOffset = 100000;

/** One page of a list and what `meta` says about it. */
export interface Page {
  entities: Entity[];
  limit: number;
  offset: number;
  totalCount: number;
  filterableFields: string[];
}

/** The symbols a filter on this kind may use; `tags.<key>` besides. */
export function filterableFields(kind: Kind): string[] {
  return [...new Set(["id", "createdAt", "updatedAt", "tags", "isSystem", ...kind.filterable])].sort();
}

function parse(kind: Kind, text: string, code: ErrorCode): Query {
  try {
    const query = parseFilter(text);
    const known = filterableFields(kind);
    const unknown = [...query.symbols, ...query.sort.map(({ symbol }) => symbol)].find(
      (symbol) => !known.includes(symbol) && !symbol.startsWith("tags."),
    );
    if (unknown !== undefined) throw new SyntaxError(`unknown symbol ${unknown}`);
    return query;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ApiError(code, { code: "UNHANDLED", message: error.message });
  }
}

function valueOf(entity: Entity, symbol: string): unknown {
  const steps = symbol.split(".");
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | null | undefined)?.[step], entity);
}

function sortText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

function compareBy(keys: readonly SortKey[]): (a: Entity, b: Entity) => number {
  const all = [...keys, { symbol: "id", ascending: true }];
  return (a, b) => {
    for (const { symbol, ascending } of all) {
      const [left, right] = [sortText(valueOf(a, symbol)), sortText(valueOf(b, symbol))];
      if (left !== right) return left < right === ascending ? -1 : 1;
    }
    return 0;
  };
}

function toInteger(value: string | null): number | undefined {
  if (value === null || value === "") return undefined;
  if (!/^-?\d+$/.test(value)) throw new ApiError("INVALID_PAGINATION", { message: `${value} is not a number` });
  return Number(value);
}

function toLimit(limit: number | undefined): number {
  if (limit === undefined || limit < -1 || limit === 0) return defaultLimit;
  return Math.min(limit, maxLimit);
}

/** Filters, sorts and cuts a list as the query parameters `filter`, `sort`, `limit` and `offset` say. */
export function toPage(kind: Kind, entities: readonly Entity[], parameters: URLSearchParams): Page {
  const query = parse(kind, parameters.get("filter") ?? "", "INVALID_FILTER");
  const order = parameters.get("sort");
  const sort =
    query.sort.length > 0 || !order ? query.sort : parse(kind, `sort by ${order}`, "INVALID_SORT_IDENTIFIER").sort;
  const limit = toLimit(query.limit ?? toInteger(parameters.get("limit")));
  const offset = Math.min(Math.max(query.skip ?? toInteger(parameters.get("offset")) ?? 0, 0), maxOffset);
  const wanted = entities
    .filter((entity) => query.predicate((symbol) => valueOf(entity, symbol)))
    .sort(compareBy(sort));
  const page = wanted.slice(offset, limit < 0 ? undefined : offset + limit);
  return { entities: page, limit, offset, totalCount: wanted.length, filterableFields: filterableFields(kind) };
}
