import { describeChecklist, numbered } from "../support/checklist";

// F17 stands in the text of the page: it is not mended, so no test holds it.
const unmended = "F17";

describe("the faults that a real cluster showed", () => {
  describeChecklist(
    "docs/real-cluster.md",
    numbered("F", 25).filter((line) => line !== unmended),
  );
});
