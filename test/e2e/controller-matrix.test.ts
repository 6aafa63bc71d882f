import { describePolicyMatrix } from "../support/policy-matrix";
import { RealController, startRealController, tryFindZiti } from "../support/real-controller";

describe("policy advice of the real controller on the overlay", () => {
  let controller: RealController | undefined;

  before("real OpenZiti controller not found", async function () {
    const ziti = await tryFindZiti();
    if (ziti === undefined) this.skip();
    controller = await startRealController(ziti);
  });
  after(() => controller?.stop());

  describePolicyMatrix(() => controller!);
});
