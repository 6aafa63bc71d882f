import { describeChecklist, numbered } from "../support/checklist";

describe("the faults that a real cluster showed", () => {
  describeChecklist("docs/real-cluster.md", numbered("F", 25));
});
