import assert from "node:assert/strict";
import { readOptions, UsageError } from "./main";

describe("the command for a cluster that is given", () => {
  it("names no cluster by itself, however many a shell names", () => {
    assert.throws(
      () => readOptions([], { KUBECONFIG: "/k" }),
      (error: Error) => {
        assert.ok(error instanceof UsageError);
        assert.match(error.message, /^--context: which cluster\?/);
        return true;
      },
    );
    assert.throws(() => readOptions(["--context", "kind-agyn"], {}), /there is no KUBECONFIG either/);
    assert.throws(() => readOptions(["kind-agyn"], { KUBECONFIG: "/k" }), /usage: npm run e2e:cluster/);
  });

  it("takes namespaces of a random prefix, or of one that is given and can begin a name", () => {
    const args = ["--context", "kind-agyn", "--kubeconfig", "/k"];
    const prefixes = [readOptions(args, {}).prefix, readOptions(args, {}).prefix];
    assert.notEqual(prefixes[0], prefixes[1]);
    assert.match(prefixes[0] ?? "", /^agyn-check-[0-9a-f]{6}$/);
    assert.equal(readOptions([...args, "--prefix", "release-7"], {}).prefix, "release-7");
    assert.throws(() => readOptions([...args, "--prefix", "Kube"], {}), /--prefix: received "Kube"/);
  });
});
