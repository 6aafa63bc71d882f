import assert from "node:assert/strict";
import { KubernetesApi } from "../../../local/platform/kubernetes-api";
import { createControllerPod } from "../support/controller-pod";
import { findByName } from "../support/controller-objects";
import { hasRealEngines, LocalPlatform } from "../support/local-platform";

// The API server, its kubelet protocol (kwok's) and the controller are real; only the pod in between runs nothing.
describe("a controller behind the API server's port-forward", function () {
  const local = new LocalPlatform();
  // Nobody listens on that port: only the forwarded road can have led to the controller.
  const settings = ["--set", "controller.reach=portForward", "--set", "controller.url=https://127.0.0.1:1"];

  before("needs pulumi-resource-kubernetes and ziti", async function () {
    if (!(await hasRealEngines())) this.skip();
    await local.succeed("preview");
    await createControllerPod(new KubernetesApi((await local.load()).api));
  });
  after(() => local.remove());

  it("takes the whole overlay", async () => {
    assert.match(await local.succeed("up", ...settings), /up: \d+ created in .*\(run against the real engines\)/);
    const { controller } = await local.load();
    assert.equal((await findByName(controller, "service-policies", "gateway-dial")).length, 1);
  });

  it("changes nothing when run again", async () => {
    assert.match(await local.succeed("up", ...settings), /up: 0 changed, \d+ unchanged/);
  });

  it("gives the overlay back", async () => {
    // The pod of this test stays, and the command says so.
    assert.match(
      (await local.run("destroy", ...settings)).output,
      /destroy: \d+ deleted .*left: .*Pod ziti controller-0/s,
    );
    const { controller } = await local.load();
    assert.deepEqual(await findByName(controller, "service-policies", "gateway-dial"), []);
  });
});
