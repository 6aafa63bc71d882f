import type { Command } from "commander";

/**
 * Every command of `agyn-net`, by name. Each loads what it needs: a question about the model does not wait for Pulumi's and
 * Kubernetes' clients.
 */
export const commands: Readonly<Record<string, () => Promise<Command>>> = {
  local: async () => (await import("./local.js")).localCommand(),
  preview: async () => (await import("./preview.js")).previewCommand(),
  mirror: async () => (await import("./mirror.js")).mirrorCommand(),
  diff: async () => (await import("./diff.js")).diffCommand(),
  explain: async () => (await import("./explain.js")).explainCommand(),
  "who-can": async () => (await import("./explain.js")).whoCanCommand(),
  "what-can": async () => (await import("./explain.js")).whatCanCommand(),
  preflight: async () => (await import("./preflight.js")).preflightCommand(),
  rotate: async () => (await import("./rotate.js")).rotateCommand(),
  leftovers: async () => (await import("./leftovers.js")).leftoversCommand(),
  report: async () => (await import("./report.js")).reportCommand(),
  verify: async () => (await import("./verify.js")).verifyCommand(),
};
