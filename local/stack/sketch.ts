import { readFileSync } from "node:fs";
import { ensureCertificates } from "../platform/certificates";
import type { PlatformFolders } from "../platform/folders";
import { loopback } from "../platform/ports";
import type { OverrideSource } from "./configuration";

/** Addresses and credentials of the right form, for showing what will be installed before anything runs. */
export async function sketchPlatform(folders: PlatformFolders): Promise<OverrideSource> {
  const { authority } = await ensureCertificates(folders.certificates);
  const pem = readFileSync(authority, "utf8");
  const url = `https://${loopback}:1`;
  return {
    api: { url, authority: pem, token: "not-yet-made" },
    controller: { url, authority: pem, username: "admin", password: "not-yet-made" },
  };
}
