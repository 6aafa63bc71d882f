import assert from "node:assert/strict";
import { clusterNames } from "../../access/cluster-names";
import { buildModel } from "../../access/model";
import { mergeCorefile, renderRewrites } from "../../access/render/corefile";
import { sidecarSettings } from "../../access/sidecar-settings";
import { optionsWith } from "./options";

const names = [{ name: "ziti.agyn.test", service: "ziti-controller-client.ziti.svc.cluster.local" }];
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
  }

  for (const [title, corefile, reason] of refused) {
    it(`is left alone with ${title}`, () => {
      const merge = mergeCorefile(corefile, names);
      assert.match("refused" in merge ? merge.refused : "merged", reason);
    });
  }
});

describe("the names that pods use in the cluster", () => {
  const targets = (mesh: boolean, manage: boolean) =>
    Object.fromEntries(
      clusterNames(
        optionsWith({ mesh: { manage: mesh }, controller: { manage, advertisedHost: "ziti.agyn.test" } }),
      ).map(({ name, service }) => [name, service]),
    );

  it("are the overlay's advertised ones and the public hosts, each at its Service", () => {
    const all = targets(true, true);
    assert.equal(all["ziti.agyn.test"], "ziti-controller-client.ziti.svc.cluster.local");
    assert.equal(all["ziti-router.agyn.test"], "ziti-router-edge.ziti.svc.cluster.local");
    for (const host of ["chat.agyn.test", "media.agyn.test", "agyn.test"]) {
      assert.equal(all[host], "istio-ingressgateway.ingress.svc.cluster.local");
    }
  });

  it("are none of what somebody else runs", () => {
    assert.deepEqual(Object.keys(targets(false, true)), ["ziti.agyn.test", "ziti-router.agyn.test"]);
    assert.equal("ziti.agyn.test" in targets(true, false), false);
    assert.deepEqual(targets(false, false), {});
  });

  it("are one line each", () => {
    assert.deepEqual(renderRewrites(names), [line.trim()]);
  });
});

describe("the settings of an agent's sidecar", () => {
  it("name every service in every zone, so that images of either generation find theirs", () => {
    const { overlay } = optionsWith();
    const model = buildModel(optionsWith({ overlay: { ...overlay, extraZones: ["agyn"] } }));
    const { environment, ...resolver } = sidecarSettings(model, { interceptRange: "100.64.0.0/10" });
    assert.deepEqual(resolver, { interceptRange: "100.64.0.0/10" });
    for (const zone of ["ziti", "agyn"]) {
      assert.deepEqual(environment[zone], {
        AGENT_GATEWAY_ADDRESS: `gateway.${zone}:443`,
        AGENT_TRACING_ADDRESS: `tracing.${zone}:443`,
        AGENT_LLM_BASE_URL: `http://llm-proxy.${zone}/v1`,
      });
    }
  });
});
