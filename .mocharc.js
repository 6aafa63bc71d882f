// Test files run side by side, one process per processor. Mocha's own default leaves one processor idle, half of a small
// machine. Stack traces name lines of dist/: mapping every trace back to TypeScript costs a tenth of the run, so
// `npx mocha --enable-source-maps` does it on request.
"use strict";
const os = require("node:os");

module.exports = {
  spec: ["dist/test/**/*.test.js"],
  ignore: ["dist/test/e2e/**", "dist/test/bench/**"],
  reporter: "dist/test/support/reporter.js",
  timeout: 60000,
  parallel: true,
  jobs: Math.max(2, os.availableParallelism()),
  "forbid-only": true,
  "fail-zero": true,
};
