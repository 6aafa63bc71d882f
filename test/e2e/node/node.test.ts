import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { findPodNamespaces } from "../../../local/node/host/pod-leftovers";
import { networkNamespaces } from "../../../local/node/names";
import { outsideHosts } from "../../../local/node/settings/outside-dns";
import { findNodeLeftovers } from "../../../local/node/stop";
import { processesIn } from "../support/descendants";
import { namespaceObject, podObject, serviceObject, tryHttp } from "./pods";
import { TestNode, eventually, missingForTestNode } from "./test-node";

const namespace = "small";
const web = { app: "web" };

interface Claim {
  readonly status: { readonly phase: string };
}
interface Service {
  readonly status: {
    readonly loadBalancer: { readonly ingress?: readonly { readonly ip: string; readonly ipMode: string }[] };
  };
}

const claim = (name: string) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
});

// One node for the whole file: the cases below go from its start to its end.
describe("a real node", () => {
  const node = new TestNode();
  let skipped = false;

  before("needs root, Debian's runtime and the engines of a node", async function () {
    skipped = (await missingForTestNode()).length > 0;
    if (skipped) this.skip();
    await node.succeed("up");
    await node.submit([
      namespaceObject(namespace),
      podObject({ namespace, name: "web", labels: web, listens: [8080] }),
      podObject({ namespace, name: "client" }),
      serviceObject(namespace, "web", web, 8080),
      serviceObject(namespace, "public", web, 8080, "LoadBalancer"),
      claim("early"),
    ]);
    await node.kubectl(["wait", "pod", "--all", "--namespace", namespace, "--for=condition=Ready", "--timeout=90s"]);
  });
  after(async () => {
    if (!skipped) await node.remove();
  });

  const phase = (name: string) => node.read<Claim>("pvc", name, "--namespace", namespace);
  const inClient = (line: string) => node.inPod(namespace, "client", line);

  it("says how it is reached, and keeps quiet when it is up already", async () => {
    assert.match(await node.succeed("status"), /kube-apiserver +pid \d+/);
    assert.match(await node.succeed("up"), /The node is ready/);
  });

  it("leads a Service's name to its pod", async () => {
    const { code, output } = await inClient(tryHttp("web", 8080));
    assert.equal(code, 0, output);
  });

  it("knows the public names that its file of hosts has, as soon as it has them", async () => {
    const file = outsideHosts(node.folders);
    writeFileSync(file, "10.98.0.1 public.agyn.test\n");
    const ask = async () => (await inClient("nslookup public.agyn.test.")).output;
    await eventually("a public name", ask, (output) => /Address.*10\.98\.0\.1/.test(output));
    writeFileSync(file, "");
  });

  it("knows no name that does not exist, inside or outside", async () => {
    for (const name of [`absent.${namespace}.svc.cluster.local`, "absent.agyn.test"]) {
      const { code, output } = await inClient(`nslookup ${name}.`);
      assert.notEqual(code, 0);
      assert.match(output, /NXDOMAIN/);
    }
  });

  it("binds a claim to a volume", async () => {
    await eventually(
      "the claim is bound",
      () => phase("early"),
      ({ status }) => status.phase === "Bound",
    );
  });

  it("gives a load balancer an address that answers", async () => {
    const read = () => node.read<Service>("service", "public", "--namespace", namespace);
    const { status } = await eventually(
      "an address",
      read,
      (service) => service.status.loadBalancer.ingress !== undefined,
    );
    const [ingress] = status.loadBalancer.ingress ?? [];
    assert.equal(ingress?.ipMode, "Proxy");
    assert.equal((await inClient(tryHttp(ingress?.ip ?? "", 8080))).code, 0);
  });

  const policy = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "closed", namespace },
    spec: { podSelector: { matchLabels: web }, policyTypes: ["Ingress"] },
  };
  const reach = () => inClient(tryHttp("web", 8080));

  it("closes what a network policy leaves out, and opens it again with the policy", async () => {
    await node.submit([policy]);
    await eventually("closed", reach, ({ code }) => code !== 0);
    await node.kubectl(["delete", "networkpolicy", "closed", "--namespace", namespace]);
    await eventually("open again", reach, ({ code }) => code === 0);
  });

  it("filters nothing any more without the part that filters", async () => {
    await node.submit([policy]);
    await eventually("closed", reach, ({ code }) => code !== 0);
    await node.succeed("up", "--without", "network-policies");
    assert.equal((await reach()).code, 0);
    await node.kubectl(["delete", "networkpolicy", "closed", "--namespace", namespace]);
    await node.succeed("up");
  });

  it("runs without a load balancer and a StorageClass where it shall", async () => {
    await node.succeed("up", "--without", "load-balancer,volumes");
    await node.submit([claim("late"), serviceObject(namespace, "pending", web, 8080, "LoadBalancer")]);
    assert.equal((await node.read<{ items: unknown[] }>("storageclass")).items.length, 0);
    assert.equal((await phase("late")).status.phase, "Pending");
    const { status } = await node.read<Service>("service", "pending", "--namespace", namespace);
    assert.equal(status.loadBalancer.ingress, undefined);
    await node.succeed("up");
  });

  it("refuses a part that it does not know", async () => {
    const { code, output } = await node.run("up", "--without", "dns");
    assert.notEqual(code, 0);
    assert.match(output, /dns: no such part of a node; allowed are load-balancer, volumes, network-policies/);
  });

  it("has its pods again after an end and a start", async () => {
    await node.succeed("down");
    await node.succeed("up");
    await eventually(
      "the Service answers",
      () => inClient(tryHttp("web", 8080)),
      ({ code }) => code === 0,
    );
  });

  it("starts again after everything of it was killed", async () => {
    for (const { pid } of processesIn(node.folders.root)) process.kill(pid, "SIGKILL");
    await node.succeed("up");
    await eventually(
      "the Service answers",
      () => inClient(tryHttp("web", 8080)),
      ({ code }) => code === 0,
    );
  });

  it("leaves nothing on the machine when it goes", async () => {
    // Another node may run beside this one: its pods come and go as they like.
    const own = findPodNamespaces(node.folders.names);
    assert.ok(own.length > 0);
    await node.succeed("down", "--wipe");
    assert.deepEqual(findNodeLeftovers(node.folders), []);
    assert.deepEqual(
      own.filter((name) => existsSync(path.join(networkNamespaces, name))),
      [],
    );
    assert.deepEqual(processesIn(node.folders.root), []);
    assert.deepEqual(processesIn(node.folders.names.runFolder), []);
    assert.equal(existsSync(node.folders.root), false);
  });
});
