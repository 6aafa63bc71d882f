import {
  checks as preflightChecks,
  type Check as PreflightCheck,
  type Finding as AnyFinding,
} from "../preflight/finding";

const ownChecks = {
  pods: "pods",
  strict: "mutual TLS",
  policies: "mesh policies",
  routes: "public routes",
  certificates: "certificates",
  tls: "TLS as clients see it",
  names: "public DNS",
  exposure: "public Services",
  backends: "backends",
  overlay: "overlay objects",
  routers: "edge routers",
  terminators: "terminators",
} as const;

/** What was verified, in the order of the report: everything that the preflight examines, and what holds once installed. */
export const checks = { ...preflightChecks, ...ownChecks };

/** One of the checks. */
export type Check = PreflightCheck | keyof typeof ownChecks;

/** What one check says about one object. */
export type Finding = AnyFinding<Check>;
