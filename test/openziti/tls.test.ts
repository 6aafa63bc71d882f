import assert from "node:assert/strict";
import * as net from "node:net";
import { TlsError, UnreachableError } from "../../openziti/client/errors";
import { tlsFixtures } from "../support/contract-double";
import { clientOf } from "../support/provider-client";
import { login, ScriptedServer, startScriptedServer } from "../support/provider-https";

const impatient = { deadlineMs: 0, firstWaitMs: 1, longestWaitMs: 1 };

describe("connection to the controller", () => {
  let server: ScriptedServer;
  before(async () => {
    const empty = { status: 200, json: { data: [], meta: { pagination: { totalCount: 0 } } } };
    const options = { requestCert: true, rejectUnauthorized: false, ca: tlsFixtures.ca };
    server = await startScriptedServer(({ target }) => (target.includes("authenticate") ? login : empty), options);
  });
  after(() => server.close());

  const untrusted = [
    {
      when: "the certificate chains to another authority",
      endpoint: { ca: tlsFixtures.foreignCa },
      says: /does not chain to "ca"/,
    },
    { when: "no authority is given", endpoint: { ca: undefined }, says: /does not chain to "ca"/ },
    { when: "the authority is not PEM text", endpoint: { ca: "nonsense" }, says: /"ca"/ },
    {
      when: "the key is of another certificate",
      endpoint: { cert: tlsFixtures.client.cert, key: tlsFixtures.server.key },
      says: /"key" must belong to "cert"/,
    },
  ];
  for (const { when, endpoint, says } of untrusted) {
    it(`names the CA or certificate as the problem when ${when}`, async () => {
      await assert.rejects(clientOf(server.url, { endpoint }).list("services"), (error: TlsError) => {
        assert.ok(error instanceof TlsError, `${error}`);
        assert.match(error.message, says);
        assert.ok(error.message.includes(server.url));
        return true;
      });
    });
  }

  it("verifies the controller even where the environment switches verification off", async () => {
    process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0";
    try {
      await assert.rejects(
        clientOf(server.url, { endpoint: { ca: tlsFixtures.foreignCa } }).list("services"),
        TlsError,
      );
    } finally {
      delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
    }
  });

  it("logs in with a client certificate", async () => {
    const client = clientOf(server.url, { endpoint: tlsFixtures.client, credential: { method: "cert" } });
    assert.deepEqual(await client.list("services"), []);
    assert.ok(server.seen.some(({ target, body }) => target.endsWith("/authenticate?method=cert") && body === "{}"));
  });

  it("names the address and what to try when nothing listens", async () => {
    const client = clientOf("https://127.0.0.1:1", { patience: impatient });
    await assert.rejects(client.list("services"), (error: UnreachableError) => {
      assert.deepEqual([error.name, error.code], ["UnreachableError", "ECONNREFUSED"]);
      assert.match(error.message, /https:\/\/127\.0\.0\.1:1 cannot be reached.*Check that it is running/);
      return true;
    });
  });

  it("says so when the port does not speak HTTPS", async () => {
    const plain = net.createServer(
      (socket) => void socket.on("data", () => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")),
    );
    await new Promise<void>((resolve) => plain.listen(0, "127.0.0.1", resolve));
    const { port } = plain.address() as net.AddressInfo;
    await assert.rejects(clientOf(`https://127.0.0.1:${port}`).list("services"), /does not speak HTTPS/);
    plain.close();
  });
});
