import { tryReadText, writeWhole } from "../files";
import type { Engines } from "../engines/prepare";
import type { EngineName } from "../engines/catalog";
import type { FoundEngine } from "../engines/find";
import type { NodeFolders } from "./folders";
import type { NodePart } from "./parts";

/** What a node consists of, kept in its state folder from its first start on. */
interface NodeRecord {
  readonly engines: readonly FoundEngine[];
  readonly parts: readonly NodePart[];
}

/** The record of a node; undefined before its first start. */
export function tryLoadNodeRecord(folders: NodeFolders): NodeRecord | undefined {
  const text = tryReadText(folders.node);
  return text === undefined ? undefined : (JSON.parse(text) as NodeRecord);
}

/** Keeps the record. */
export function saveNodeRecord(folders: NodeFolders, engines: Engines, parts: readonly NodePart[]): void {
  writeWhole(folders.node, JSON.stringify({ engines: [...engines.values()], parts }, undefined, 2));
}

/** The engines of a record, as a run uses them. */
export function enginesOf({ engines }: NodeRecord): Engines {
  return new Map(engines.map((engine) => [engine.name as EngineName, engine]));
}
