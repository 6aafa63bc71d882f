import { readFileSync } from "node:fs";
import { NodeError } from "../node-error";

/** One entry of an image's layer, by its path from the image's root; it belongs to root unless it says otherwise. */
export type LayerEntry =
  | { readonly path: string; readonly kind: "file"; readonly from: string; readonly mode?: number }
  | { readonly path: string; readonly kind: "text"; readonly text: string; readonly mode?: number }
  | { readonly path: string; readonly kind: "link"; readonly to: string }
  | { readonly path: string; readonly kind: "folder"; readonly owner?: number; readonly mode?: number };

const block = 512;
const types = { file: "0", text: "0", link: "2", folder: "5" } as const;
const defaultModes = { file: 0o755, text: 0o644, link: 0o777, folder: 0o755 } as const;

/**
 * The entries as a tar archive (ustar), without times: the same entries give the same bytes. Throws NodeError for a path
 * of more than 100 bytes.
 */
export function packLayer(entries: readonly LayerEntry[]): Buffer {
  return Buffer.concat([...entries.flatMap(packEntry), Buffer.alloc(2 * block)]);
}

function packEntry(entry: LayerEntry): readonly Buffer[] {
  const body = contentOf(entry);
  const padding = Buffer.alloc((block - (body.length % block)) % block);
  return [packHeader(entry, body.length), body, padding];
}

function contentOf(entry: LayerEntry): Buffer {
  if (entry.kind === "file") return readFileSync(entry.from);
  return Buffer.from(entry.kind === "text" ? entry.text : "");
}

function packHeader(entry: LayerEntry, size: number): Buffer {
  const name = `${entry.path.replace(/^\/+/, "")}${entry.kind === "folder" ? "/" : ""}`;
  const target = entry.kind === "link" ? entry.to : "";
  for (const text of [name, target]) {
    if (Buffer.byteLength(text) > 100) throw new NodeError(`${text} is too long for the layer of an image`);
  }
  const header = Buffer.alloc(block);
  const owner = entry.kind === "folder" ? (entry.owner ?? 0) : 0;
  const mode = (entry.kind === "link" ? undefined : entry.mode) ?? defaultModes[entry.kind];
  header.write(name, 0);
  for (const [at, digits, value] of [
    [100, 7, mode],
    [108, 7, owner],
    [116, 7, owner],
    [124, 11, size],
    [136, 11, 0],
  ] as const) {
    header.write(value.toString(8).padStart(digits, "0"), at);
  }
  header.write(types[entry.kind], 156);
  header.write(target, 157);
  header.write("ustar\u000000", 257);
  // The sum counts its own field as blanks.
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return header;
}
