// What Pulumi runs (`main` in package.json): the compiled program, rebuilt when a source changed.
"use strict";
const path = require("node:path");
const nodeModule = require("node:module");

if (nodeModule.enableCompileCache) nodeModule.enableCompileCache();
module.exports = require(path.join(require("./build").ensureBuilt(), "index.js"));
