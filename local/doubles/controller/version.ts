import type { Fields } from "./store";
import type { World } from "./world";

/** Where the Edge Management API starts. */
export const basePath = "/edge/management/v1";

/** What `GET /version` answers. The version says plainly that this is not the engine. */
export function toVersion(world: World): Fields {
  const path = { v1: { path: basePath, apiBaseUrls: [`${world.url}${basePath}`] } };
  return {
    apiVersions: { "edge-management": path },
    buildDate: "2026-01-01T00:00:00Z",
    capabilities: [],
    revision: "simulated",
    runtimeVersion: `node ${process.version}`,
    version: "v2.0.3-simulated",
  };
}
