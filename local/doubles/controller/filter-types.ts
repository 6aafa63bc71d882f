/** What a filter's symbol stands for. `any` is a tag or a nested value. */
export type SymbolType = "string" | "number" | "boolean" | "datetime" | "set" | "any";

/** How a filter uses a symbol: inside anyOf, allOf, count or isEmpty (`folded`), and what it is compared with. */
export interface SymbolUse {
  symbol: string;
  folded: boolean;
  operand: "string" | "number" | "boolean" | "datetime" | "null" | "none";
}

/** What every kind has. */
export const commonSymbols: Record<string, SymbolType> = {
  id: "string",
  createdAt: "datetime",
  updatedAt: "datetime",
  tags: "any",
  isSystem: "boolean",
};

// A bare symbol is a condition of its own, so it has to be true or false.
function fitsOperand(type: SymbolType, operand: SymbolUse["operand"]): boolean {
  if (operand === "none") return type === "boolean" || type === "any";
  return type === "any" || operand === "null" || operand === type;
}

/** Why a filter may not use a symbol like this; undefined when it may. */
export function tryFindMisuse(symbols: Record<string, SymbolType>, use: SymbolUse): string | undefined {
  const type = use.symbol.startsWith("tags.") ? "any" : symbols[use.symbol];
  if (type === undefined) return `unknown symbol ${use.symbol}`;
  if (use.folded) return type === "set" ? undefined : `${use.symbol} is not a set`;
  if (type === "set") return `${use.symbol} is a set: use anyOf, allOf, count or isEmpty`;
  return fitsOperand(type, use.operand) ? undefined : `${use.symbol} is ${type}, not ${use.operand}`;
}
