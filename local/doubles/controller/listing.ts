import { ApiError, ErrorCode, frameError, unhandled } from "./errors";
import { Query, SortKey, parseFilter } from "./filter";
import { commonSymbols, tryFindMisuse } from "./filter-types";
import type { Kind } from "./kind";
import type { Entity } from "./store";

const defaultLimit = 10;
const maxLimit = 500;
// What the engine shows for a list without a limit.
const unlimited = 2 ** 63;
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
  return Object.keys({ ...commonSymbols, ...kind.filterable }).sort();
}

function parse(kind: Kind, text: string, code: ErrorCode): Query {
  try {
    const query = parseFilter(text);
    const symbols = { ...commonSymbols, ...kind.filterable };
    const misuse = query.uses.map((use) => tryFindMisuse(symbols, use)).find((reason) => reason !== undefined);
    const unknown = query.sort.find(({ symbol }) => !(symbol in symbols) && !symbol.startsWith("tags."));
    const reason = misuse ?? (unknown && `unknown symbol ${unknown.symbol}`);
    if (reason !== undefined) throw new SyntaxError(reason);
    return query;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ApiError(code, { code: "UNHANDLED", message: error.message });
  }
}

// Symbols that the API shows under another name.
const storedAs: Record<string, string> = {
  identity: "identityId",
  edgeRouter: "edgeRouterId",
  updbUsername: "username",
  certFingerprint: "fingerprint",
};

// The engine never finds a number in a tag, whatever it is compared with.
function valueOf(entity: Entity, symbol: string): unknown {
  if (symbol === "isSystem") return entity.isSystem === true;
  if (symbol === "type") return entity.type ?? entity.configTypeId;
  const steps = (storedAs[symbol] ?? symbol).split(".");
  const found = steps.reduce<unknown>(
    (value, step) => (value as Record<string, unknown> | null | undefined)?.[step],
    entity,
  );
  return steps.length > 1 && typeof found === "number" ? undefined : found;
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

function toInteger(parameters: URLSearchParams, name: string): number | undefined {
  const value = parameters.get(name) ?? "";
  if (value === "") return undefined;
  if (/^-?\d+$/.test(value)) return Number(value);
  throw frameError(name, `${name} in query must be of type int64: ${JSON.stringify(value)}`, value, "type");
}

function toLimit(limit: number | undefined): number {
  if (limit === -1) return unlimited;
  if (limit === undefined || limit <= 0) return defaultLimit;
  return Math.min(limit, maxLimit);
}

/** Filters, sorts and cuts a list as the query parameters `filter`, `sort`, `limit` and `offset` say. */
export function toPage(kind: Kind, entities: readonly Entity[], parameters: URLSearchParams): Page {
  const query = parse(kind, parameters.get("filter") ?? "", "INVALID_FILTER");
  const order = parameters.get("sort");
  const sort =
    query.sort.length > 0 || !order ? query.sort : parse(kind, `sort by ${order}`, "INVALID_SORT_IDENTIFIER").sort;
  const limit = toLimit(query.limit ?? toInteger(parameters, "limit"));
  const offset = Math.min(Math.max(query.skip ?? toInteger(parameters, "offset") ?? 0, 0), maxOffset);
  const nested = sort.find(({ symbol }) => symbol.includes("."));
  if (nested !== undefined) throw unhandled(`no such sort field: ${nested.symbol}`);
  const wanted = entities
    .filter((entity) => query.predicate((symbol) => valueOf(entity, symbol)))
    .sort(compareBy(sort));
  const page = wanted.slice(offset, offset + limit);
  return { entities: page, limit, offset, totalCount: wanted.length, filterableFields: filterableFields(kind) };
}
