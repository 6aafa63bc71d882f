import { randomBytes } from "node:crypto";
import { tryReadText, writeWhole } from "../files";
import type { PlatformFolders } from "./folders";
import type { Ports } from "./ports";

/** Whether an engine is the program itself or a double that stands in for it. */
export type Genuineness = "real" | "double";

/** What a run was made of, for its closing lines. */
export interface RunRecord {
  readonly kubernetesPlugin: Genuineness;
  readonly controller: Genuineness;
  /** Where pods really run: on the node of this machine, or on a cluster of kind. Unset: simulated nodes run none. */
  readonly pods?: "node" | "kind";
}

/** What a platform consists of, kept in its state folder. */
export interface PlatformRecord extends RunRecord {
  readonly ports: Ports;
  readonly engines: readonly { readonly name: string; readonly version: string; readonly path: string }[];
}

/** The secrets of a platform: made once, kept in files only their user can read. */
export interface PlatformSecrets {
  readonly adminToken: string;
  readonly controllerPassword: string;
}

/** The record of a platform, or undefined before its first start. */
export function tryLoadRecord(folders: PlatformFolders): PlatformRecord | undefined {
  const text = tryReadText(folders.record);
  return text === undefined ? undefined : (JSON.parse(text) as PlatformRecord);
}

/** Keeps the record. */
export function saveRecord(folders: PlatformFolders, record: PlatformRecord): void {
  writeWhole(folders.record, JSON.stringify(record, undefined, 2));
}

/** The secrets of a platform; made on first use. */
export function ensureSecrets(folders: PlatformFolders): PlatformSecrets {
  const text = tryReadText(folders.secrets);
  if (text !== undefined) return JSON.parse(text) as PlatformSecrets;
  const secrets = { adminToken: randomSecret(), controllerPassword: randomSecret() };
  writeWhole(folders.secrets, JSON.stringify(secrets));
  return secrets;
}

/** The passphrase that encrypts the stack's secrets; made on first use. */
export function ensurePassphrase(folders: PlatformFolders): string {
  const text = tryReadText(folders.passphrase);
  if (text !== undefined) return text;
  const passphrase = randomSecret();
  writeWhole(folders.passphrase, passphrase);
  return passphrase;
}

function randomSecret(): string {
  return randomBytes(24).toString("base64url");
}
