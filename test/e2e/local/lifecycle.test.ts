import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { findLeftovers } from "../../../local/gone";
import { send } from "../../../local/platform/https";
import { KubernetesApi } from "../../../local/platform/kubernetes-api";
import { runningProcesses } from "../../../local/platform/processes";
import { isRunning } from "../../../local/running";
import { listControllerObjects } from "../../../local/stack/inventory";
import { changeByHand, findByName } from "../support/controller-objects";
import { hasEngines, LocalPlatform } from "../support/local-platform";
import { storedFiles } from "../support/stored-files";

const policies = "/apis/security.istio.io/v1/namespaces/agyn-platform/authorizationpolicies";

describe("the local platform", function () {
  const local = new LocalPlatform();

  before("needs Pulumi, etcd and kube-apiserver", async function () {
    if (!(await hasEngines())) this.skip();
  });
  after(() => local.remove());

  it("installs the stack with one command and says what was real", async () => {
    const output = await local.succeed("up", "--simulated");
    assert.match(output, /up: \d+ created in/);
    assert.match(output, /simulated run/);
    assert.match(output, /Kubernetes API server +real/);
    const platform = await local.load();
    const list = await new KubernetesApi(platform.api).tryGet<{ items: unknown[] }>(policies);
    assert.ok((list?.items.length ?? 0) > 10);
    assert.ok((await listControllerObjects(platform.controller)).includes("services gateway"));
  });

  it("changes nothing when run again", async () => {
    assert.match(await local.succeed("up", "--simulated"), /up: 0 changed, \d+ unchanged/);
  });

  it("writes no secret in clear into Pulumi's files or onto the screen", async () => {
    const { api, controller } = await local.load();
    const passphrase = readFileSync(local.folders.passphrase, "utf8");
    const secrets = [api.token, controller.password, passphrase];
    const files = storedFiles(local.folders);
    assert.ok(files.some(({ name }) => name.endsWith("dev.json")));
    const screen = { name: "screen", content: await local.succeed("preview", "--simulated") };
    for (const { name, content } of [...files, screen]) {
      for (const secret of secrets) assert.ok(!content.includes(secret), `${name} holds a secret`);
    }
  });

  it("repairs what was removed behind its back", async () => {
    const { api, controller } = await local.load();
    const { items } = (await new KubernetesApi(api).tryGet<{ items: { metadata: { name: string } }[] }>(policies)) ?? {
      items: [],
    };
    const name = items[0]?.metadata.name;
    const headers = { authorization: `Bearer ${api.token}` };
    await send({ url: `${api.url}${policies}/${name}`, authority: api.authority, method: "DELETE", headers });
    const [policy] = await findByName(controller, "service-policies", "gateway-dial");
    await changeByHand(controller, "DELETE", `service-policies/${policy?.id}`);
    assert.match(await local.succeed("up", "--simulated", "--refresh"), /up: 2 created, \d+ unchanged/);
    assert.ok(await new KubernetesApi(api).tryGet(`${policies}/${name}`));
    assert.ok((await listControllerObjects(controller)).includes("service-policies gateway-dial"));
  });

  it("names the controller and the user when the password is wrong", async () => {
    const file = local.folders.secrets;
    const right = readFileSync(file, "utf8");
    writeFileSync(file, JSON.stringify({ ...(JSON.parse(right) as object), controllerPassword: "not-this-one" }));
    const { code, output } = await local.run("up", "--simulated");
    writeFileSync(file, right);
    assert.equal(code, 1);
    const { controller } = await local.load();
    assert.ok(output.includes(`the OpenZiti controller at ${controller.url} refuses user "admin"`), output);
    assert.ok(!output.includes("not-this-one"));
  });

  it("names the address of a controller that does not answer", async () => {
    const { controller } = await local.load();
    const process_ = runningProcesses(local.folders).find(({ name }) => name === "openziti-controller");
    assert.ok(process_);
    process.kill(process_.pid, "SIGSTOP");
    const { code, output } = await local.run("up", "--simulated");
    process.kill(process_.pid, "SIGCONT");
    assert.equal(code, 1);
    assert.ok(output.includes(`the OpenZiti controller at ${controller.url} cannot be reached`), output);
  });

  it("prints exports for plain pulumi that hold no secret", async () => {
    const output = await local.succeed("env");
    assert.match(output, /^export PULUMI_BACKEND_URL='file:/m);
    assert.ok(!output.includes(readFileSync(local.folders.passphrase, "utf8")));
  });

  it("removes everything it installed, as the engines confirm", async () => {
    const output = await local.succeed("destroy", "--simulated");
    assert.match(output, /destroy: \d+ deleted/);
    assert.match(output, /nothing of ours is left/);
    assert.deepEqual(await findLeftovers(await local.load()), []);
  });

  it("ends every process it started", async () => {
    const records = runningProcesses(local.folders);
    assert.equal(records.length, 3);
    const output = await local.succeed("stop");
    for (const record of records) {
      assert.ok(output.includes(`ended ${record.name} (pid ${record.pid})`));
      assert.equal(isRunning(record), false);
    }
    assert.match(await local.succeed("status"), /none is running/);
  });
});
