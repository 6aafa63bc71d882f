import assert from "node:assert/strict";
import { examineSettings } from "../../cli/preflight/checks/settings";
import { completeSecrets } from "../../config/complete-secrets";

const stack = { file: "Pulumi.live.yaml", name: "live" };
const raw = (controller: object, zitiManagement: object) => ({
  "agyn-networking:profile": "production",
  "agyn-networking:controller": JSON.stringify(controller),
  "agyn-networking:zitiManagement": JSON.stringify(zitiManagement),
});

describe("the preflight of a stack's settings", () => {
  it("names each secret that pulumi up would miss, with the command that sets it", () => {
    const { missing } = completeSecrets(raw({ username: "admin" }, {}));
    const found = examineSettings(missing, stack);
    assert.deepEqual(
      found.map(({ verdict, subject }) => `${verdict} ${subject}`),
      ["warn controller.password", "warn zitiManagement.database"],
    );
    for (const { subject, cause, fix } of found) {
      assert.match(cause, /is not in Pulumi\.live\.yaml: pulumi up refuses without it/);
      assert.ok(fix.includes(`pulumi config set --stack live --path --secret 'agyn-networking:${subject}'`), fix);
    }
  });

  it("says nothing when the file holds them", () => {
    const sealed = { secure: "v1:x" };
    const { missing } = completeSecrets(raw({ username: "admin", password: sealed }, { database: sealed }));
    assert.deepEqual(examineSettings(missing, stack), []);
  });
});
