import { describeRotation } from "../support/rotation-cases";
import { type RealController, startRealController, tryFindZiti } from "../support/real-controller";

describe("a rotation, against the real controller", function () {
  let controller: RealController | undefined;

  before("needs ziti", async function () {
    const ziti = await tryFindZiti();
    if (ziti === undefined) return this.skip();
    controller = await startRealController(ziti);
  });
  after(() => controller?.stop());

  describeRotation(() => controller!);
});
