import * as assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo } from "node:net";
import type { TLSSocket } from "node:tls";
import { PortForward } from "../../openziti/client/port-forward";
import { PortForwardAgent } from "../../openziti/client/port-forward/agent";
import { readFixture } from "../support/fixtures";
import { FakeCluster } from "./port-forward-cluster";

interface Reply {
  readonly headers: http.IncomingHttpHeaders;
  readonly body: Buffer;
}

/** A controller: says who called, or echoes what it is sent. */
function startController(respond: http.RequestListener): https.Server {
  const [cert, key, ca] = ["server.crt", "server.key", "ca.crt"].map((name) => readFixture(`tls/${name}`));
  const options = { cert, key, ca, requestCert: true, rejectUnauthorized: false };
  return https.createServer(options, respond).listen(0, "127.0.0.1");
}

async function readAll(stream: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function echo(request: http.IncomingMessage, response: http.ServerResponse): void {
  const { subject } = (request.socket as TLSSocket).getPeerCertificate();
  response.setHeader("x-client", subject ? String(subject.CN) : "nobody");
  request.pipe(response);
}

describe("requests through a port-forward", () => {
  const cluster = new FakeCluster();
  let controller: https.Server;
  let respond: http.RequestListener;
  let agent: PortForwardAgent;

  before(() => cluster.start());
  after(() => cluster.stop());
  beforeEach(async () => {
    respond = echo;
    controller = startController((request, response) => respond(request, response));
    await once(controller, "listening");
    cluster.pod = { forwardsTo: (controller.address() as AddressInfo).port };
    cluster.forwards.length = 0;
    cluster.gets.length = 0;
    agent = connect(cluster.kubeconfig());
  });
  afterEach(async () => {
    agent.destroy();
    controller.closeAllConnections();
    await new Promise((resolve) => controller.close(resolve));
  });

  function connect(kubeconfig: string): PortForwardAgent {
    const target = { kubeconfig, namespace: "ziti", service: "controller", port: 1281 };
    return new PortForwardAgent(new PortForward(target), { keepAlive: true, maxSockets: 8 });
  }

  async function send(body: Buffer, options: https.RequestOptions = {}): Promise<Reply> {
    return new Promise((resolve, reject) => {
      const request = https.request(
        {
          ...{ agent, hostname: "localhost", port: 1281, method: "POST", path: "/", ca: readFixture("tls/ca.crt") },
          ...options,
        },
        (response) => void readAll(response).then((text) => resolve({ headers: response.headers, body: text }), reject),
      );
      request.on("error", reject);
      request.end(body);
    });
  }

  it("arrive at the pod's port behind the Service's port, with the kubeconfig's credentials", async () => {
    assert.equal(String((await send(Buffer.from("hello"))).body), "hello");
    assert.deepEqual(cluster.forwards, [
      {
        url: "/api/v1/namespaces/ziti/pods/controller-0/portforward?ports=8441",
        protocol: "v4.channel.k8s.io",
        authorization: "Bearer kubernetes-token",
      },
    ]);
  });

  it("carry the client's certificate to the controller, because TLS runs end to end", async () => {
    const [cert, key] = [readFixture("tls/client.crt"), readFixture("tls/client.key")];
    assert.equal((await send(Buffer.from("who?"))).headers["x-client"], "nobody");
    agent.destroy();
    assert.notEqual((await send(Buffer.from("who?"), { cert, key })).headers["x-client"], "nobody");
  });

  it("carry large bodies in both directions unchanged", async () => {
    const sent = randomBytes(12 * 1024 * 1024);
    const digest = (bytes: Buffer) => createHash("sha256").update(bytes).digest("hex");
    assert.equal(digest((await send(sent)).body), digest(sent));
  });

  it("share one connection one after the other", async () => {
    for (const text of ["one", "two", "three"]) assert.equal(String((await send(Buffer.from(text))).body), text);
    assert.equal(cluster.forwards.length, 1);
  });

  it("run at the same time, each on a connection of its own", async () => {
    const waiting: (() => void)[] = [];
    respond = (request, response) => {
      waiting.push(() => echo(request, response));
      if (waiting.length === 5) waiting.forEach((answer) => answer());
    };
    const replies = await Promise.all(["a", "b", "c", "d", "e"].map((text) => send(Buffer.from(text))));
    assert.deepEqual(
      replies.map(({ body }) => String(body)),
      ["a", "b", "c", "d", "e"],
    );
    assert.equal(cluster.forwards.length, 5);
  });

  it("look for the pod once while it serves", async () => {
    await send(Buffer.from("first"));
    agent.destroy(); // the next request needs a new connection
    await send(Buffer.from("second"));
    assert.equal(cluster.forwards.length, 2);
    assert.equal(cluster.gets.length, 2);
  });

  it("are refused when another authority signed the controller's certificate", async () => {
    const failing = send(Buffer.from("secret"), { ca: readFixture("tls/foreign-ca.crt") });
    await assert.rejects(failing, { code: "SELF_SIGNED_CERT_IN_CHAIN" });
  });

  it("are refused when the controller's certificate is for another name than the URL's", async () => {
    await assert.rejects(send(Buffer.from("secret"), { hostname: "elsewhere.test" }), {
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
    });
  });

  it("are refused before anything is opened when the client's certificate is unusable", async () => {
    await assert.rejects(send(Buffer.from("hello"), { cert: "no PEM", key: "no PEM" }), { code: /^ERR_OSSL/ });
    assert.deepEqual(cluster.gets, []);
  });

  it("fail with the tunnel's own error when the connection is cut in the middle of an answer", async () => {
    const answerStarted = 256 * 1024;
    cluster.pod = { forwardsTo: (controller.address() as AddressInfo).port, cutsAfterBytes: answerStarted };
    await assert.rejects(send(randomBytes(4 * answerStarted)), {
      name: "TunnelError",
      message: /ziti\/controller, port 1281: .*controller-0 broke \(ECONNRESET\)/,
    });
  });

  it("fail with the kubelet's reason when the pod refuses", async () => {
    cluster.pod = { refuses: "error forwarding port 8441 to pod x, uid y: connection refused" };
    await assert.rejects(send(Buffer.from("hello")), {
      name: "TunnelError",
      message: /ziti\/controller, port 1281: pod controller-0 gave no connection.*connection refused/,
    });
  });

  it("look for the pod again after a failure, and find the one that took over", async () => {
    cluster.pod = { refuses: "no such pod" };
    await assert.rejects(send(Buffer.from("hello")), { name: "TunnelError" });
    cluster.pod = { forwardsTo: (controller.address() as AddressInfo).port };
    assert.equal(String((await send(Buffer.from("hello"))).body), "hello");
    assert.equal(cluster.gets.length, 4);
  });
});
