import assert from "node:assert/strict";
import { credentialLife, expiryWarnings } from "../../config/credential-life";
import { Secret, type ControllerSettings } from "../../config/settings";
import { readFixture } from "../support/fixtures";

const base: ControllerSettings = {
  manage: false,
  url: "https://ziti.internal:1281",
  reach: "direct",
  advertisedHost: "ziti.internal",
  adopt: false,
  mode: "standalone",
  forget: false,
};
// Both fixtures end on 2120-01-01.
const [cert, ca] = [readFixture("tls/client.crt"), readFixture("tls/ca.crt")];
const end = Date.parse("2120-01-01T00:00:00Z");
const daysBefore = (days: number) => new Date(end - days * 86_400_000);

describe("the life of the credential", () => {
  it("is known of a certificate, in whole days", () => {
    const life = credentialLife({ ...base, cert, key: new Secret("key") }, new Date(end - 2.5 * 86_400_000));
    assert.deepEqual(life, { kind: "certificate", notAfter: "2120-01-01T00:00:00.000Z", daysLeft: 2 });
  });

  it("has no end for a password, nor for a generated one", () => {
    assert.deepEqual(credentialLife({ ...base, username: "admin" }, daysBefore(1)), { kind: "password" });
    assert.deepEqual(credentialLife({ ...base, manage: true }, daysBefore(1)), { kind: "generated" });
  });

  for (const [days, expected] of [
    [31, []],
    [30, []],
    [29, ["controller.cert expires in 29 days. Replace it: agyn-net rotate --stack prod"]],
    [1, ["controller.cert expires in 1 day. Replace it: agyn-net rotate --stack prod"]],
  ] as const) {
    it(`is worth ${expected.length === 0 ? "no" : "a"} warning ${days} days before its end`, () => {
      assert.deepEqual(expiryWarnings({ ...base, cert }, daysBefore(days), "prod"), expected);
    });
  }

  it("is warned about for the authority, too", () => {
    const [warning, ...more] = expiryWarnings({ ...base, ca }, daysBefore(7), "prod");
    assert.match(warning ?? "", /^controller.ca expires in 7 days\./);
    assert.deepEqual(more, []);
  });
});
