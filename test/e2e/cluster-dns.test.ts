import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type RunningServer, startServer } from "../../openziti/server";
import { ProviderRpc, secret, urnOf } from "../support/provider-rpc";
import { type AnyObject, ApiServer, pathOf } from "./ingress/api-server";

const urn = urnOf("ClusterDns", "overlay-cluster-dns");
const lines = ["rewrite name exact ziti.agyn.test ziti-controller-client.ziti.svc.cluster.local"];
const kubeadm = ".:53 {\n    errors\n    kubernetes cluster.local\n    forward . /etc/resolv.conf\n}\n";
const k3s = ".:53 {\n    errors\n    import /etc/coredns/custom/*.override\n}\n";
const ownKey = "agyn-networking.override";

type ConfigMap = AnyObject & { readonly data?: Readonly<Record<string, string>> };

function configMap(name: string, data: Readonly<Record<string, string>>): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "kube-system" }, data };
}

describe("lines in the DNS of a cluster with a real API server", () => {
  let cluster: ApiServer;
  let server: RunningServer;
  let rpc: ProviderRpc;
  before("etcd or kube-apiserver not found", async function () {
    const started = await ApiServer.tryStart();
    if (started === undefined) this.skip();
    cluster = started;
    server = await startServer();
    rpc = new ProviderRpc(server.port);
    await rpc.configure({ kubernetes: secret({ kubeconfig: readFileSync(cluster.kubeconfig, "utf8") }) });
  });
  after(async () => {
    rpc?.close();
    await server?.stop();
    await cluster?.stop();
  });

  const dataOf = async (name: string) => (await cluster.api.tryGet<ConfigMap>(pathOf(configMap(name, {}))))?.data;
  const create = (preview = false) => rpc.create(urn, { mode: "auto", lines }, preview);

  it("come into the Corefile and leave it as it was", async () => {
    await cluster.put(configMap("coredns", { Corefile: kubeadm }));
    const { id, properties } = await create();
    assert.ok((await dataOf("coredns"))?.["Corefile"]?.includes(lines[0] ?? ""));
    await rpc.delete(urn, id, properties);
    assert.deepEqual(await dataOf("coredns"), { Corefile: kubeadm });
  });

  it("come into a ConfigMap that is made for them, and take it along", async () => {
    await cluster.put(configMap("coredns", { Corefile: k3s }));
    const { id, properties } = await create();
    assert.deepEqual(await dataOf("coredns-custom"), { [ownKey]: `${lines.join("\n")}\n` });
    await rpc.delete(urn, id, properties);
    assert.equal(await cluster.api.tryGet(pathOf(configMap("coredns-custom", {}))), undefined);
  });

  it("stay when the patch of an earlier version lets go of the same key", async () => {
    await cluster.put(configMap("coredns", { Corefile: k3s }));
    await cluster.put(configMap("coredns-custom", { [ownKey]: `${lines.join("\n")}\n`, "theirs.override": "log\n" }));
    const { id, properties } = await create();
    await cluster.put(configMap("coredns-custom", { "theirs.override": "log\n" }));
    assert.ok((await dataOf("coredns-custom"))?.[ownKey]);
    await rpc.delete(urn, id, properties);
    assert.deepEqual(await dataOf("coredns-custom"), { "theirs.override": "log\n" });
  });

  it("are refused by a preview where there is no CoreDNS", async () => {
    await cluster.delete(pathOf(configMap("coredns", {})));
    await assert.rejects(create(true), /there is no ConfigMap kube-system\/coredns/);
  });
});
