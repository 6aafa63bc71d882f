import assert from "node:assert/strict";
import { type RunningServer, startServer } from "../../openziti/server";
import { ConfigMapServer } from "../support/config-map-server";
import { ProviderRpc, secret, urnOf } from "../support/provider-rpc";

const urn = urnOf("ClusterDns", "overlay-cluster-dns");
const lines = ["rewrite name exact ziti.agyn.test ziti-controller-client.ziti.svc.cluster.local"];
const kubeadm = ".:53 {\n    errors\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n}\n";
const k3s = ".:53 {\n    errors\n    import /etc/coredns/custom/*.override\n}\nimport /etc/coredns/custom/*.server\n";
const aks = ".:53 {\n    errors\n    import custom/*.override\n}\nimport custom/*.server\n";
const ownKey = "agyn-networking.override";

describe("lines in the cluster's DNS", () => {
  let cluster: ConfigMapServer;
  let server: RunningServer;
  let rpc: ProviderRpc;
  beforeEach(async () => {
    cluster = new ConfigMapServer();
    await cluster.start();
    server = await startServer();
    rpc = new ProviderRpc(server.port);
    await rpc.configure({ kubernetes: secret({ kubeconfig: cluster.kubeconfig() }) });
  });
  afterEach(async () => {
    rpc.close();
    await server.stop();
    await cluster.stop();
  });

  const corefile = () => cluster.data("coredns")?.["Corefile"] ?? "";
  const create = (mode = "auto", preview = false) => rpc.create(urn, { mode, lines }, preview);

  it("need a cluster and no controller", async () => {
    assert.deepEqual((await rpc.checkConfig({ kubernetes: {} })).failures, []);
    assert.match(
      (await rpc.checkConfig({ kubernetes: { kubeconfig: 1 } })).failures[0]?.reason ?? "",
      /kubernetes\.kubeconfig/,
    );
    assert.notDeepEqual((await rpc.checkConfig({})).failures, []);
  });

  for (const [title, given] of [
    ["k3s", k3s],
    ["AKS", aks],
  ] as const) {
    it(`go into a key of their own where CoreDNS imports a ConfigMap, which may be absent: ${title}`, async () => {
      cluster.put("coredns", { Corefile: given });
      const { id, properties } = await create();
      assert.deepEqual([properties["place"], properties["created"]], ["coredns-custom", true]);
      assert.deepEqual(cluster.data("coredns-custom"), { [ownKey]: `${lines.join("\n")}\n` });
      assert.equal(corefile(), given);
      await rpc.delete(urn, id, properties);
      assert.equal(cluster.data("coredns-custom"), undefined);
    });
  }

  it("leave the keys of others in that ConfigMap, and the ConfigMap, when they go", async () => {
    cluster.put("coredns", { Corefile: k3s });
    cluster.put("coredns-custom", { "theirs.override": "log\n" });
    const { id, properties } = await create();
    assert.equal(properties["created"], false);
    await rpc.delete(urn, id, properties);
    assert.deepEqual(cluster.data("coredns-custom"), { "theirs.override": "log\n" });
  });

  it("go into the Corefile of kubeadm and kind, and leave it as it was when they go", async () => {
    cluster.put("coredns", { Corefile: kubeadm });
    const { id, properties } = await create();
    assert.ok(corefile().includes(`    ${lines[0]}\n`) && corefile().includes("forward ."));
    await rpc.delete(urn, id, properties);
    assert.equal(corefile(), kubeadm);
  });

  it("are taken over as an earlier version of the program left them: nothing is written", async () => {
    cluster.put("coredns", { Corefile: kubeadm });
    await create();
    cluster.changes.length = 0;
    await create("corefile");
    assert.deepEqual(cluster.changes, []);
  });

  it("lose nothing that others write into the Corefile at the same moment, neither coming nor going", async () => {
    cluster.put("coredns", { Corefile: kubeadm });
    const theirs = kubeadm.replace("errors\n", "errors\n    log\n");
    cluster.meanwhile = () => cluster.put("coredns", { Corefile: theirs });
    const { id, properties } = await create();
    assert.ok(corefile().includes("    log\n") && corefile().includes(lines[0] ?? ""));
    const cached = corefile().replace("    log\n", "    log\n    cache 30\n");
    cluster.meanwhile = () => cluster.put("coredns", { Corefile: cached });
    await rpc.delete(urn, id, properties);
    assert.equal(corefile(), theirs.replace("    log\n", "    log\n    cache 30\n"));
  });

  it("come back when somebody removed them: a refresh sees it", async () => {
    cluster.put("coredns", { Corefile: kubeadm });
    const { id, properties } = await create();
    cluster.put("coredns", { Corefile: kubeadm });
    const inputs = { mode: "auto", lines };
    const read = await rpc.read(urn, id, inputs, properties);
    assert.deepEqual(read.inputs, { mode: "auto", lines: [] });
    assert.ok((await rpc.diff(urn, id, read.inputs, inputs, read.properties)).hasChanges);
    await rpc.update(urn, id, read.inputs, inputs, read.properties);
    assert.ok(corefile().includes(lines[0] ?? ""));
  });

  it("move when they are told another place", async () => {
    cluster.put("coredns", { Corefile: kubeadm });
    const { id, properties } = await create();
    const news = { mode: "coredns-custom", lines };
    const state = await rpc.update(urn, id, { mode: "auto", lines }, news, properties);
    assert.deepEqual([state["place"], corefile()], ["coredns-custom", kubeadm]);
    assert.ok(cluster.data("coredns-custom")?.[ownKey]);
  });

  const refused: readonly (readonly [string, () => void, RegExp])[] = [
    ["no CoreDNS (GKE, OpenShift)", () => undefined, /there is no ConfigMap kube-system\/coredns/],
    [
      "an add-on's Corefile (EKS)",
      () => cluster.put("coredns", { Corefile: kubeadm }, { "eks.amazonaws.com/component": "coredns" }),
      /belongs to an add-on of EKS/,
    ],
    [
      "a Corefile without a block for all names",
      () => cluster.put("coredns", { Corefile: "corp:53 {\n}\n" }),
      /has no block/,
    ],
  ];
  for (const [title, prepare, reason] of refused) {
    it(`are refused by a preview, with the lines and the setting that helps, before anything is made: ${title}`, async () => {
      prepare();
      await assert.rejects(create("auto", true), (error: Error) => {
        assert.match(error.message, reason);
        assert.ok(error.message.includes(lines[0] ?? "") && error.message.includes("overlay.clusterDns external"));
        return true;
      });
      assert.deepEqual(cluster.changes, []);
    });
  }

  it("are written to an add-on's Corefile when the operator says so", async () => {
    cluster.put("coredns", { Corefile: kubeadm }, { "eks.amazonaws.com/component": "coredns" });
    assert.equal((await create("corefile")).properties["place"], "corefile");
  });

  it("change nothing in a preview that would work", async () => {
    cluster.put("coredns", { Corefile: kubeadm });
    await create("auto", true);
    assert.deepEqual(cluster.changes, []);
  });

  it("name the right that is missing, and the way without it", async () => {
    cluster.refusal = 403;
    await assert.rejects(create(), /needs: get and patch configmaps in kube-system.*overlay\.clusterDns to external/);
  });
});
