import assert from "node:assert/strict";
import { controllerOverHttps } from "../../cli/rotate/administrator";
import { type RunningServer, startServer } from "../../openziti/server";
import { ProviderRpc, secret, urnOf } from "../support/provider-rpc";
import { type RealController, startRealController, tryFindZiti } from "../support/real-controller";

const urn = urnOf("EnrolledIdentity", "ziti-management");

/** Properties with the key in clear. */
function certificateOf(properties: Record<string, unknown>) {
  const { certPem, keyPem } = properties as { certPem: string; keyPem: { value: string } };
  return { kind: "certificate", cert: certPem, key: keyPem.value } as const;
}

describe("an identity that the provider enrolls, at the real controller", function () {
  let controller: RealController | undefined;
  let server: RunningServer;
  let rpc: ProviderRpc;

  before("needs ziti", async function () {
    const ziti = await tryFindZiti();
    if (ziti === undefined) return this.skip();
    controller = await startRealController(ziti);
    server = await startServer();
    rpc = new ProviderRpc(server.port);
    const { url, ca, username, password } = controller;
    await rpc.configure({ url, ca, username, password: secret(password), stack: "test" });
  });
  after(async () => {
    rpc?.close();
    await server?.stop();
    await controller?.stop();
  });

  it("logs in, is read back without a change, and is refused once it is gone", async () => {
    const { url, ca } = controller!;
    const { inputs } = await rpc.check(urn, { namePrefix: "ziti-management", isAdmin: true });
    const { id, properties } = await rpc.create(urn, inputs);
    const session = await controllerOverHttps.tryLogIn({ urls: [url], ca }, certificateOf(properties));
    const owner = await session?.whoAmI({});
    await session?.close();
    assert.deepEqual([owner?.identityId, owner?.isAdmin], [id, true]);
    const read = await rpc.read(urn, id, inputs, properties);
    assert.deepEqual([read.inputs, read.properties], [inputs, properties]);
    assert.equal((await rpc.diff(urn, id, read.inputs, inputs, read.properties)).hasChanges, false);
    const next = await rpc.create(urn, inputs);
    assert.ok(next.id !== id, "a second one beside the first, as a replacement makes it");
    for (const each of [id, next.id]) await rpc.delete(urn, each, properties);
    assert.equal(await controllerOverHttps.tryLogIn({ urls: [url], ca }, certificateOf(properties)), undefined);
    assert.equal((await rpc.read(urn, id, inputs, properties)).id, "");
  });
});
