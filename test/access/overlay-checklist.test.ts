import { describeChecklist, numbered } from "../support/checklist";

describe("the overlay's checklist", () => {
  describeChecklist("docs/overlay.md", [...numbered("O", 19), ...numbered("Z", 8), ...numbered("D", 6)]);
});
