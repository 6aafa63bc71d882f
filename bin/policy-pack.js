// What Pulumi runs for `--policy-pack policy` (`main` in policy/package.json): the compiled pack, rebuilt like the program.
"use strict";
const path = require("node:path");

require(path.join(require("./build").ensureBuilt(), "policy", "pack.js"));
