import { stringify } from "yaml";
import { healthPorts } from "../addresses";
import { loopback } from "../../platform/ports";

/** Where the node's registry listens, inside its namespace. */
export const registryAddress = `${loopback}:${healthPorts.registry}`;

/** The settings of the node's registry. */
export function renderRegistrySettings(folder: string): string {
  return stringify({
    version: "0.1",
    log: { level: "warn", accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: folder }, delete: { enabled: true } },
    http: { addr: registryAddress },
  });
}

/** What sends the runtime to that registry whichever one an image names (`hosts.toml` of `_default`). */
export function renderMirror(): string {
  return `[host."http://${registryAddress}"]\n  capabilities = ["pull", "resolve"]\n`;
}
