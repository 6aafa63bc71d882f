import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import * as openziti from "../../../openziti/resources";
import { hasLanguagePlugin } from "../support/local-platform";
import { PulumiSandbox } from "../support/pulumi-sandbox";
import { controllers, type Restartable } from "./controllers";
import { type Declared, Operations } from "./operations";

const data = { protocol: "tcp", address: "gateway.test", port: 8080 };

/** A config, the service that carries it, and the policy that opens it, all under one name. */
function network(name: string, service: Partial<openziti.ServiceArgs> = {}): Declared {
  return (opts) => {
    const config = new openziti.Config("config", { name, configType: "host.v1", data }, opts);
    const { id } = new openziti.Service("service", { name, configs: [config.id], ...service }, opts);
    const roles = { identityRoles: ["#agents"], serviceRoles: [pulumi.interpolate`@${id}`] };
    new openziti.ServicePolicy("policy", { name, type: "Dial", ...roles }, opts);
  };
}

/** The same below a component, as the program of this project has it. */
function inComponent(declared: Declared): Declared {
  return (opts) => declared({ ...opts, parent: new pulumi.ComponentResource("test:index:Overlay", "overlay") });
}

const service: Declared = (opts) => void new openziti.Service("service", { name: "gateway" }, opts);

for (const [what, start] of controllers) {
  describe(`the operations of docs/overlay.md on ${what}`, () => {
    let sandbox: PulumiSandbox | undefined;
    let controller: Restartable | undefined;
    let operations: Operations;

    before(`needs Pulumi and ${what}`, async function () {
      sandbox = await PulumiSandbox.tryOpen();
      controller = sandbox && (await start());
      if (sandbox === undefined || controller === undefined) return this.skip();
      operations = await Operations.start(sandbox, controller);
    });
    after(async () => {
      await controller?.stop();
      sandbox?.remove();
    });
    afterEach(() => operations.cleanUp());

    /** Ids of config, service and policy of one name. */
    async function idsOf(name: string): Promise<readonly string[]> {
      const collections = ["configs", "services", "service-policies"];
      return Promise.all(collections.map(async (collection) => (await operations.the(collection, name)).id));
    }

    it("rename objects in place, under the same ids", async () => {
      await operations.up("one", network("gateway"));
      const ids = await idsOf("gateway");
      operations.declared["one"] = network("entrance");
      await operations.follow("rename an object", "one");
      assert.deepEqual(await idsOf("entrance"), ids);
    });

    it("refuse to rename to a taken name, name its owner, and change neither object", async () => {
      const taken = await operations.api.create("services", { name: "taken", encryptionRequired: true });
      const stack = await operations.up("one", service);
      const { id } = await operations.the("services", "gateway");
      operations.declared["one"] = (opts) => void new openziti.Service("service", { name: "taken" }, opts);
      await assert.rejects(stack.up(), /Service "taken" exists already and belongs to no stack/);
      assert.equal((await operations.the("services", "taken")).id, taken);
      assert.equal((await operations.the("services", "gateway")).id, id);
    });

    it("rename a resource of the program, and touch no object", async () => {
      const named = (name: string, aliases?: pulumi.CustomResourceOptions["aliases"]): Declared => {
        return (opts) => void new openziti.Service(name, { name: "gateway" }, { ...opts, aliases });
      };
      const stack = await operations.up("one", named("old"));
      operations.declared["one"] = named("new");
      const urn = operations.urnOf("one", "Service", "old");
      await operations.follow("rename a resource", "one", { urn, "new name": "new" });
      await stack.up({ expectNoChanges: true });
      operations.declared["one"] = named("newer", [{ name: "new" }]);
      await stack.up({ expectNoChanges: true });
    });

    it("adopt by name: the same objects, changed to what is declared, with nothing more to do afterwards", async () => {
      const { api } = operations;
      const open = { type: "Dial", semantic: "AnyOf", identityRoles: ["#all"], serviceRoles: ["#all"] };
      const { id: configTypeId } = await operations.the("config-types", "host.v1");
      const made = [
        await api.create("configs", { name: "gateway", configTypeId, data: { ...data, port: 1 } }),
        await api.create("services", { name: "gateway", encryptionRequired: true }),
        await api.create("service-policies", { name: "gateway", ...open }),
      ];
      operations.declared["one"] = network("gateway");
      const stack = await operations.open("one");
      await assert.rejects(stack.up(), /belongs to no stack.*set adopt: true/);
      await operations.follow("adopt by name", "one");
      assert.deepEqual(await idsOf("gateway"), made);
      assert.deepEqual((await operations.the("service-policies", "gateway"))["identityRoles"], ["#agents"]);
      assert.deepEqual((await operations.the("configs", "gateway"))["data"], data);
      await stack.up();
      await stack.preview({ refresh: true, expectNoChanges: true });
    });

    it("import by name, whereupon a refresh sees that the tags are missing and up writes them", async function () {
      if (!(await hasLanguagePlugin())) this.skip(); // pulumi import looks at the project's language, though it generates nothing
      const id = await operations.api.create("services", { name: "gateway", encryptionRequired: true });
      const stack = await operations.up(
        "one",
        inComponent(() => undefined),
      );
      operations.declared["one"] = inComponent(service);
      const urns = {
        "parent's urn": operations.urnOf("one", "Overlay", "overlay"),
        "provider's urn": operations.urnOf("one", "Provider", "controller"),
      };
      await operations.follow("import one", "one", { "new name": "service", object: "gateway", ...urns });
      const found = await operations.the("services", "gateway");
      assert.deepEqual([found.id, found["tags"]], [id, tagsOf("one")]);
      await stack.preview({ refresh: true, expectNoChanges: true });
    });

    it("replace what they are told to, once, and what refers to it follows", async () => {
      const stack = await operations.up("one", network("gateway"));
      const before = await idsOf("gateway");
      await operations.follow("replace one", "one", { urn: operations.urnOf("one", "Service", "service") });
      const after = await idsOf("gateway");
      assert.deepEqual([after[0], after[2]], [before[0], before[2]]);
      assert.notEqual(after[1], before[1]);
      assert.deepEqual((await operations.the("service-policies", "gateway"))["serviceRoles"], [`@${after[1]}`]);
      await stack.preview({ refresh: true, expectNoChanges: true });
    });

    it("replace by themselves what the controller cannot change, and keep the rest", async () => {
      const stack = await operations.up("one", network("gateway"));
      const before = await idsOf("gateway");
      await operations.up("one", network("gateway", { encryptionRequired: false }));
      const after = await idsOf("gateway");
      assert.deepEqual([after[0], after[2]], [before[0], before[2]]);
      assert.notEqual(after[1], before[1]);
      assert.equal((await operations.the("services", "gateway"))["encryptionRequired"], false);
      await stack.preview({ refresh: true, expectNoChanges: true });
    });

    it("move objects to another stack, which writes its tags, and the old one lets go of them", async () => {
      const old = await operations.up("one", inComponent(network("gateway")));
      const ids = await idsOf("gateway");
      await operations.open("two");
      operations.declared["one"] = () => undefined;
      operations.declared["two"] = inComponent(network("gateway"));
      const parts = [
        ["Config", "config"],
        ["Service", "service"],
        ["ServicePolicy", "policy"],
      ] as const;
      const urns = parts.map(([type, name]) => operations.urnOf("one", `Overlay$${type}`, name));
      await operations.follow("move to another stack", "one", { urn: urns.join(" "), old: "one", new: "two" });
      assert.deepEqual(await idsOf("gateway"), ids);
      for (const collection of ["configs", "services", "service-policies"])
        assert.deepEqual((await operations.the(collection, "gateway"))["tags"], tagsOf("two"));
      await old.up();
      assert.deepEqual(await idsOf("gateway"), ids);
    });

    it("drop an object from state, which stays, and is known again by its tags", async () => {
      const stack = await operations.up("one", service);
      const { id } = await operations.the("services", "gateway");
      const urn = operations.urnOf("one", "Service", "service");
      await operations.follow("drop one object from state", "one", { urn });
      assert.equal((await operations.the("services", "gateway")).id, id);
      await stack.up();
      assert.equal((await operations.the("services", "gateway")).id, id);
    });
  });
}

function tagsOf(stack: string): Readonly<Record<string, string>> {
  return { "agyn-managed-by": "agyn-networking", "agyn-stack": stack };
}
