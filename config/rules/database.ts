import type { Rule } from "./rule";

/** A database is for the Ziti Management that the stack runs; the platform's own charts have theirs. */
export const usedDatabase: Rule = (draft) => {
  if (draft["zitiManagement.database"] === undefined || draft["zitiManagement.deploy"] !== false) return [];
  const reason = "has no effect: Ziti Management is not deployed by this stack";
  return [{ key: "zitiManagement.database", reason, fix: "remove" }];
};
