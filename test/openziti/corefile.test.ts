import assert from "node:assert/strict";
import { mergeCorefile, ownLines, withoutOwnLines } from "../../openziti/cluster-dns/corefile";

const names = ["rewrite name exact ziti.agyn.test ziti-controller-client.ziti.svc.cluster.local"];
const line = "    rewrite name exact ziti.agyn.test ziti-controller-client.ziti.svc.cluster.local\n";
const own = `    # begin of agyn-networking\n${line}    # end of agyn-networking\n`;
const kubeadm = ".:53 {\n    errors\n    health\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n}\n";
const foreignZone = "corp.example:53 {\n    forward . 10.0.0.53\n}\n";

const merged: readonly (readonly [string, string, string])[] = [
  ["kubeadm's", kubeadm, kubeadm.replace("{\n", `{\n${own}`)],
  ["one without a port", kubeadm.replace(":53", ""), kubeadm.replace(":53", "").replace("{\n", `{\n${own}`)],
  ["one with a zone before it", foreignZone + kubeadm, foreignZone + kubeadm.replace("{\n", `{\n${own}`)],
  [
    "one with lines of an earlier run",
    kubeadm.replace("{\n", `{\n${own.replace("ziti.agyn.test", "old.agyn.test")}`),
    kubeadm.replace("{\n", `{\n${own}`),
  ],
];

const refused: readonly (readonly [string, string, RegExp])[] = [
  ["no block for all names", foreignZone, /no block/],
  ["an empty file", "", /no block/],
  [
    "somebody else's rewrite of a name of ours",
    kubeadm.replace("errors", "rewrite name ziti.agyn.test elsewhere.svc"),
    /ziti\.agyn\.test/,
  ],
  ["half of our marks", kubeadm.replace("errors", "# begin of agyn-networking"), /marks/],
];

describe("a Corefile", () => {
  for (const [title, before, after] of merged) {
    it(`gets our lines between two marks, and keeps the rest: ${title}`, () => {
      assert.deepEqual(mergeCorefile(before, names), { corefile: after });
    });

    it(`does not change when it is merged again: ${title}`, () => {
      assert.deepEqual(mergeCorefile(after, names), { corefile: after });
    });

    it(`says which lines are ours, and is what it was without them: ${title}`, () => {
      assert.deepEqual(ownLines(after), names);
      assert.equal(withoutOwnLines(after), withoutOwnLines(before));
      assert.ok(!withoutOwnLines(after).includes("agyn"));
    });
  }

  for (const [title, corefile, reason] of refused) {
    it(`is left alone with ${title}`, () => {
      const merge = mergeCorefile(corefile, names);
      assert.match("refused" in merge ? merge.refused : "merged", reason);
    });
  }
});
