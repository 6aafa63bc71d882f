import type { PulumiFn } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { parseSettings } from "../../../config/parse";
import { KubernetesApi } from "../../../local/platform/kubernetes-api";
import { createNamespaces } from "../../../local/platform/preinstalled";
import { runProgram } from "../../../local/stack/stack";
import { changeByHand, findByName } from "../support/controller-objects";
import { openInlineStack } from "../support/inline-stack";
import { hasEngines, LocalPlatform } from "../support/local-platform";

const byHand = { name: "gateway", encryptionRequired: true };
const namespacePath = "/api/v1/namespaces/agyn-platform";
const injectionLabel = "istio-injection";

describe("what the stack refuses", function () {
  const local = new LocalPlatform();

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
    await local.succeed("preview", "--simulated");
  });
  after(() => local.remove());

  it("prints a setting of one run among the differences from the stack file", async () => {
    const output = await local.succeed("preview", "--simulated", "--set", "domain=other.localhost");
    assert.match(output, /^ {2}domain +.*= other\.localhost {2}\(given with --set\)$/m);
  });

  it("names a setting that does not exist", async () => {
    const { code, output } = await local.run("preview", "--simulated", "--set", "ingress.prot=1");
    assert.equal(code, 1);
    assert.match(output, /ingress\.prot .*did you mean ingress\.port\?/);
  });

  it("is an object of the controller that is not its own, and the option adopt is named", async () => {
    const { controller } = await local.load();
    await changeByHand(controller, "POST", "services", byHand);
    const { code, output } = await local.run("up", "--simulated");
    assert.equal(code, 1);
    assert.match(output, /Service "gateway" exists already and belongs to no stack.*adopt/s);
    assert.equal((await findByName(controller, "services", "gateway")).length, 1);
  });

  it("is taken over with that option, without a second one", async () => {
    await local.succeed("up", "--simulated", "--set", "controller.adopt=true");
    assert.equal((await findByName((await local.load()).controller, "services", "gateway")).length, 1);
    await local.succeed("destroy", "--simulated");
  });

  it("is a Kubernetes object that is not its own, unless kubernetes.adopt is on", async () => {
    const api = new KubernetesApi((await local.load()).api);
    await createNamespaces(api, ["agyn-platform"]);
    const { code, output } = await local.run("up", "--simulated", "--set", "kubernetes.adopt=false");
    assert.equal(code, 1);
    assert.match(output, /^Namespace .*agyn-platform.*already exists/ms);
    const found = await api.tryGet<{ metadata: { labels: Record<string, string> } }>(namespacePath);
    assert.ok(found && !(injectionLabel in found.metadata.labels), "the namespace is as it was");
  });

  it("is a production stack with nothing set: every missing key at once, and no resource", async () => {
    const origin = { project: "agyn-networking", stack: "prod" };
    const stack = await openInlineStack(local, origin, runProgram as PulumiFn);
    await stack.setConfig("agyn-networking:profile", { value: "production" });
    const failure = await stack.up().then(
      () => assert.fail("a stack without configuration went up"),
      (error: Error) => error.message,
    );
    const result = parseSettings({ "agyn-networking:profile": "production" }, { ...origin, now: new Date() });
    assert.ok("problems" in result && result.problems.length > 3);
    for (const { key } of result.problems) assert.ok(failure.includes(`  ${key}  `), `${key} is not named`);
    const { resources = [] } = (await stack.exportStack()).deployment as { resources?: { type: string }[] };
    assert.deepEqual(
      resources.filter(({ type }) => type !== "pulumi:pulumi:Stack"),
      [],
    );
  });
});
