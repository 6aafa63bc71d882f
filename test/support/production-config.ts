import { readFixture } from "./fixtures";
import { readStackFile, type StackConfig } from "./registrations";

/** Top-level keys of that configuration that hold a secret. */
export const productionSecrets = ["controller", "zitiManagement"];

/** The committed production sample completed with the two things it must not hold: a private key, and a database's URL. */
export function productionConfig(): StackConfig {
  const sample = readStackFile("prod");
  const controller = sample.controller as Record<string, unknown>;
  const database = "postgres://operator:kF9-wQ2x@postgres:5432/ziti_management?sslmode=disable";
  return { ...sample, controller: { ...controller, ...credential() }, zitiManagement: { database } };
}

function credential() {
  return { ca: readFixture("tls/ca.crt"), cert: readFixture("tls/client.crt"), key: readFixture("tls/client.key") };
}
