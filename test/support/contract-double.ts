import { readFileSync } from "node:fs";
import * as path from "node:path";
import {
  ControllerDouble,
  ControllerDoubleOptions,
  startControllerDouble,
} from "../../local/doubles/controller/controller-double";
import { ContractTarget } from "./contract-api";
import { projectRoot } from "./project-root";

function fixture(name: string): string {
  return readFileSync(path.join(projectRoot, "test/support/fixtures/tls", name), "utf8");
}

/** The administrator of the doubles that tests start. */
export const administrator = { username: "admin", password: "correct horse" };

/** The CA, server and client certificates of the tests, as PEM texts. */
export const tlsFixtures = {
  ca: fixture("ca.crt"),
  foreignCa: fixture("foreign-ca.crt"),
  server: { cert: fixture("server.crt"), key: fixture("server.key") },
  client: { cert: fixture("client.crt"), key: fixture("client.key") },
};

/** Starts a double with the test certificates. */
export function startTestDouble(more: Partial<ControllerDoubleOptions> = {}): Promise<ControllerDouble> {
  return startControllerDouble({ ...administrator, tls: { ...tlsFixtures.server, ca: tlsFixtures.ca }, ...more });
}

/** A running double as a target of the contract. */
export function toContractTarget(double: ControllerDouble): ContractTarget {
  return { url: double.url, ca: tlsFixtures.ca, ...administrator };
}
