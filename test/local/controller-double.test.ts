import type { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { describeContract } from "../support/contract-cases";
import { startTestDouble, toContractTarget } from "../support/contract-double";
import { hasOpenApi } from "../support/openapi";

describe("controller double", () => {
  let double: ControllerDouble;

  before(async () => {
    double = await startTestDouble();
  });
  after(() => double.close());

  it("is held against the published API description", function () {
    if (!hasOpenApi) this.skip();
  });

  describeContract(() => toContractTarget(double));
});
