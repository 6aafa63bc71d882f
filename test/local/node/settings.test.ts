import assert from "node:assert/strict";
import { parse } from "yaml";
import { renderRewrites } from "../../../access/render/cluster-dns-lines";
import { catalog, nodeEngines } from "../../../local/engines/catalog";
import { nodeFolders, runtimeSocket } from "../../../local/node/folders";
import { nodeNames } from "../../../local/node/names";
import { renderRuntimeSettings } from "../../../local/node/settings/containerd";
import { corefile, renderDnsConfig, renderDnsObjects } from "../../../local/node/settings/dns";
import { renderKubeletSettings } from "../../../local/node/settings/kubelet";
import { renderOutsideDns } from "../../../local/node/settings/outside-dns";
import { renderPodNetwork } from "../../../local/node/settings/pod-network";
import { mergeCorefile } from "../../../openziti/cluster-dns/corefile";

const folders = nodeFolders("/state");

describe("the names of a node", () => {
  it("follow from its state folder, so that two nodes never meet", () => {
    const [one, other] = [nodeNames("/a"), nodeNames("/b")];
    assert.deepEqual(nodeNames("/a"), one);
    for (const key of Object.keys(one) as (keyof typeof one)[]) assert.notEqual(one[key], other[key], key);
  });

  it("leave room in the runtime's socket for the 107 characters that a socket may have", () => {
    assert.ok(runtimeSocket(nodeFolders(`/${"x".repeat(300)}`).names).length < 108);
  });
});

describe("the settings of a node", () => {
  it("keep every folder of the container runtime away from the machine's own", () => {
    const paths = [...renderRuntimeSettings(folders).matchAll(/"(\/[^"]*)"/g)].map(([, at]) => at ?? "");
    const own = (at: string) => at.startsWith(`${folders.root}/`) || at.startsWith(`${folders.names.runFolder}/`);
    assert.deepEqual(
      paths.filter((at) => !own(at)),
      ["/usr/lib/cni"],
    );
    assert.ok(paths.length > 6);
  });

  it("keep the kubelet's pods in a control group and folders of its own", () => {
    const settings = parse(renderKubeletSettings(folders, "/ca.crt")) as Record<string, string>;
    assert.equal(settings.cgroupRoot, folders.names.cgroup);
    assert.equal(settings.podLogsDir, folders.podLogs);
    assert.equal(settings.containerRuntimeEndpoint, `unix://${runtimeSocket(folders.names)}`);
  });

  // CoreDNS runs its plugins in an order of its own, in which `template` precedes `hosts`.
  it("let the world's name server answer from its file before it denies every name", () => {
    const blocks = renderOutsideDns("/names").split(/^}$/m);
    const own = blocks.filter((block) => block.includes("hosts /names"));
    assert.equal(own.length, 1);
    assert.doesNotMatch(own[0] ?? "", /template/);
    const [, port] = /forward \. \S+:(\d+)$/m.exec(own[0] ?? "") ?? [];
    assert.ok(blocks.some((block) => block.includes(`.:${port} {`) && block.includes("rcode NXDOMAIN")));
  });

  it("give pods addresses that are forgotten with the node", () => {
    const { plugins } = JSON.parse(renderPodNetwork(folders.names)) as { plugins: { ipam?: { dataDir: string } }[] };
    assert.ok(plugins[0]?.ipam?.dataDir.startsWith(folders.names.runFolder));
  });

  it("have a Corefile that the program can add its names to, as it can to that of kubeadm", () => {
    const names = [{ name: "x.agyn.test", service: "x", namespace: "y" }] as never;
    assert.ok("corefile" in mergeCorefile(corefile, renderRewrites(names)));
  });

  it("call the DNS server's objects as kubeadm does", () => {
    const objects = [...renderDnsObjects(), renderDnsConfig()].map(({ object }) => object);
    const found = objects.filter(({ metadata }) => metadata.namespace === "kube-system");
    assert.deepEqual(found.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort(), [
      "ConfigMap coredns",
      "Deployment coredns",
      "Service kube-dns",
      "ServiceAccount coredns",
    ]);
    const deployment = found.find(({ kind }) => kind === "Deployment");
    assert.deepEqual(deployment?.metadata.labels, { "k8s-app": "kube-dns" });
  });

  it("name engines that can all be built", () => {
    for (const name of nodeEngines) assert.ok(catalog[name].recipe, name);
  });
});
