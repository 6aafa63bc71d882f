import { readFixture } from "./fixtures";
import { readStackFile, type StackConfig } from "./registrations";

/** The committed production sample completed with the one thing it must not hold: the controller's private key. */
export function productionConfig(): StackConfig {
  const sample = readStackFile("prod");
  const controller = sample.controller as Record<string, unknown>;
  return { ...sample, controller: { ...controller, ...credential() } };
}

function credential() {
  return { ca: readFixture("tls/ca.crt"), cert: readFixture("tls/client.crt"), key: readFixture("tls/client.key") };
}
