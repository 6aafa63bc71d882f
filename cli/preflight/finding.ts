/** What was examined, in the order of the report. */
export const checks = {
  server: "API server",
  kinds: "kinds of Istio and cert-manager",
  istiod: "control plane",
  namespaces: "namespaces",
  sidecars: "sidecars",
  ports: "ports of Services",
  accounts: "ServiceAccounts",
  database: "database of Ziti Management",
  packets: "network policies",
} as const;

/** What was examined of the settings themselves, before all else. */
export const settingChecks = { settings: "settings" } as const;

/** One of the checks. */
export type Check = keyof typeof checks;

/** What was examined of the public side, after those. */
export const publicChecks = {
  issuer: "issuer of the public certificates",
  ingress: "public ingress",
} as const;

/** What was examined of what the cluster has beside its API. */
export const groundChecks = {
  storage: "volumes",
  balancer: "load balancers",
  pullSecrets: "Secrets for images",
  controlPlanes: "control planes to keep",
} as const;

/** `warn`: works, or will after the next `pulumi up`. `unknown`: could not be seen, or is not installed. */
export type Verdict = "pass" | "fail" | "warn" | "unknown";

/** What one check says about one object. `fix` is empty for a pass. */
export interface Finding<Name extends string = Check> {
  readonly check: Name;
  readonly verdict: Verdict;
  /** The object: "namespace agyn-platform", "agents:50051". */
  readonly subject: string;
  /** What was found, and what follows from it. */
  readonly cause: string;
  readonly fix: string;
}

/** What one check of the settings says about one of them. */
export type SettingFinding = Finding<keyof typeof settingChecks>;

/** What one check of the public side says about one object. */
export type PublicFinding = Finding<keyof typeof publicChecks>;

/** What one check of the ground says about one object. */
export type GroundFinding = Finding<keyof typeof groundChecks>;

/** Makes the findings of one check. */
export function findingsOf<Name extends string>(check: Name) {
  const say =
    (verdict: Verdict) =>
    (subject: string, cause: string, fix: string): Finding<Name> => ({ check, verdict, subject, cause, fix });
  return {
    pass: (subject: string, cause: string) => say("pass")(subject, cause, ""),
    fail: say("fail"),
    warn: say("warn"),
    unknown: say("unknown"),
  };
}
