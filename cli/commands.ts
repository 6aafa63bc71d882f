import type { Command } from "commander";

/**
 * Every command of `agyn-net`, by name. Each loads what it needs: a question about the model does not wait for Pulumi's and
 * Kubernetes' clients.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  local: async () => (await import("./local/index.js")).localCommand(),
  preview: async () => (await import("./preview/index.js")).previewCommand(),
  mirror: async () => (await import("./mirror/index.js")).mirrorCommand(),
  diff: async () => (await import("./diff/index.js")).diffCommand(),
  explain: async () => (await import("./explain/index.js")).explainCommand(),
  "who-can": async () => (await import("./explain/index.js")).whoCanCommand(),
  "what-can": async () => (await import("./explain/index.js")).whatCanCommand(),
  preflight: async () => (await import("./preflight/index.js")).preflightCommand(),
  rotate: async () => (await import("./rotate/index.js")).rotateCommand(),
  leftovers: async () => (await import("./leftovers/index.js")).leftoversCommand(),
  report: async () => (await import("./report/index.js")).reportCommand(),
  verify: async () => (await import("./verify/index.js")).verifyCommand(),
};
