import { ControllerDouble } from "../../local/doubles/controller/controller-double";
import { startTestDouble, toContractTarget } from "../support/contract-double";
import { describePolicyMatrix } from "../support/policy-matrix";

describe("policy advice of the double on the overlay", () => {
  let double: ControllerDouble;
  before(async () => {
    double = await startTestDouble();
  });
  after(() => double.close());

  describePolicyMatrix(() => toContractTarget(double));
});
