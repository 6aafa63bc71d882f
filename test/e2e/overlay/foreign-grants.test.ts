import { getStack } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import { watchForeignGrants } from "../../../components/ziti-overlay/foreign-grants";
import { createNetwork } from "../../../components/ziti-overlay/network";
import type { ForeignGrant } from "../../../openziti/resources";
import * as openziti from "../../../openziti/resources";
import { ContractApi } from "../../support/contract-api";
import { type ControllerFront, startControllerFront } from "../../support/controller-front";
import { PulumiSandbox } from "../support/pulumi-sandbox";
import { controllers, type Restartable } from "./controllers";
import { network } from "./network";

/** A policy of somebody else that opens every service to everybody: which run finds it, and with how many requests. */
const rogue = { name: "rogue", type: "Dial", semantic: "AnyOf", identityRoles: ["#all"], serviceRoles: ["#all"] };
const warning = /Policy "rogue" is not this stack's and lets #all dial .*gateway/;

for (const [what, start] of controllers) {
  describe(`policies of others in ${what}`, () => {
    let sandbox: PulumiSandbox | undefined;
    let controller: Restartable | undefined;
    let front: ControllerFront;
    let stack: Stack;
    let objects = network;

    before(`needs Pulumi and ${what}`, async function () {
      sandbox = await PulumiSandbox.tryOpen();
      controller = sandbox && (await start());
      if (sandbox === undefined || controller === undefined) return this.skip();
      front = await startControllerFront(controller);
      stack = await sandbox.open("watch", "one", program);
      await stack.up();
      const api = new ContractApi(controller, undefined);
      await api.logIn();
      await api.create("service-policies", rogue);
    });
    after(async () => {
      await (front as ControllerFront | undefined)?.close();
      await controller?.stop();
      sandbox?.remove();
    });

    function program() {
      const { url, ca, username, password } = front;
      const provider = new openziti.Provider("controller", { url, ca, username, password, stack: getStack() });
      const created = createNetwork("overlay", objects, { provider });
      return Promise.resolve({ grants: watchForeignGrants("overlay", created, { provider }) });
    }

    async function said(run: () => Promise<{ stdout: string; stderr: string }>) {
      front.passed.length = 0;
      const { stdout, stderr } = await run();
      return { output: stdout + stderr, requests: front.passed.map(({ method }) => method) };
    }

    it("are not looked for by an up that changes nothing", async () => {
      const { output, requests } = await said(() => stack.up());
      assert.doesNotMatch(output, /rogue/);
      assert.deepEqual(requests, []);
    });

    it("are found and warned of by a preview, with a login, three lists and a logout", async () => {
      const { output, requests } = await said(() => stack.preview());
      assert.match(output, warning);
      assert.deepEqual(requests.sort(), ["DELETE", "GET", "GET", "GET", "POST"]);
    });

    it("are found by the preview of a new policy too", async () => {
      const { servicePolicies } = network;
      const added = servicePolicies.slice(0, 1).map((policy) => ({ ...policy, name: "one-more" }));
      objects = { ...network, servicePolicies: [...servicePolicies, ...added] };
      const { output } = await said(() => stack.preview());
      objects = network;
      assert.match(output, warning);
    });

    it("are found and warned of by a refresh, which runs no program, and stay in the output", async () => {
      const { output } = await said(() => stack.refresh());
      assert.match(output, warning);
      const later = await said(() => stack.up());
      assert.match(later.output, warning);
      assert.deepEqual(later.requests, []);
      const { value } = (await stack.outputs())["grants"] as { value: ForeignGrant[] };
      assert.deepEqual(
        value.map(({ name }) => name),
        ["rogue"],
      );
    });
  });
}
