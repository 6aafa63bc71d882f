/** A piece of a filter expression. `text` of a string is its unescaped content. */
export interface Token {
  type: "string" | "number" | "datetime" | "word" | "symbol" | "operator" | "punctuation";
  text: string;
}

const words = new Set(
  "and or not in between contains icontains true false null anyof allof count isempty sort by asc desc skip limit none".split(
    " ",
  ),
);

// The first alternative that matches wins. Only later segments of a symbol may hold a dash.
const pattern =
  /\s*(?:(?<string>"(?:\\["\\fnrt]|[^"\\])*")|(?<number>-?\d+(?:\.\d+)?)|(?:datetime\(\s*(?<datetime>[^\s()]+)\s*\))|(?<name>[A-Za-z][A-Za-z_]*(?:\.[A-Za-z][A-Za-z_-]*)*)|(?<operator>!=|<=|>=|=|<|>)|(?<punctuation>[()[\],]))/y;

function toToken(groups: Record<string, string | undefined>): Token {
  if (groups.string !== undefined) return { type: "string", text: JSON.parse(groups.string) as string };
  if (groups.datetime !== undefined) return { type: "datetime", text: groups.datetime };
  if (groups.number !== undefined) return { type: "number", text: groups.number };
  if (groups.operator !== undefined) return { type: "operator", text: groups.operator };
  if (groups.punctuation !== undefined) return { type: "punctuation", text: groups.punctuation };
  const name = groups.name ?? "";
  return words.has(name.toLowerCase()) ? { type: "word", text: name.toLowerCase() } : { type: "symbol", text: name };
}

/** Splits a filter into tokens. Throws on anything the language does not have, such as `tags["a.b"]`. */
export function toTokens(text: string): Token[] {
  const tokens: Token[] = [];
  const source = text.trimEnd();
  pattern.lastIndex = 0;
  while (pattern.lastIndex < source.length) {
    const start = pattern.lastIndex;
    const match = pattern.exec(source);
    if (match?.groups === undefined) throw new SyntaxError(`unexpected text at position ${start}`);
    tokens.push(toToken(match.groups));
  }
  return tokens;
}
