import { describeContract } from "../support/contract-cases";
import { RealController, startRealController, tryFindZiti } from "../support/real-controller";

describe("real OpenZiti controller", () => {
  let controller: RealController | undefined;

  before("real OpenZiti controller not found", async function () {
    const ziti = await tryFindZiti();
    if (ziti === undefined) this.skip();
    controller = await startRealController(ziti);
  });
  after(() => controller?.stop());

  describeContract(() => controller!);
});
