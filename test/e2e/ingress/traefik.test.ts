import * as assert from "node:assert/strict";
import * as http from "node:http";
import * as https from "node:https";
import * as tls from "node:tls";
import { passthroughHosts } from "../../../access/exposure";
import { modelFor } from "../../access/render/public-providers";
import { ApiServer } from "./api-server";
import { tryFindTraefik } from "./engines";
import { Traefik } from "./traefik";

const port = 24_444;
const model = modelFor("traefik", {
  port,
  controller: { kind: "traefik", entry: "plaintext", namespace: "traefik", serviceAccount: "traefik" },
});
const backendOf = {
  chat: "chat-app",
  console: "console-app",
  tracing: "tracing-app",
  gateway: "gateway",
  media: "media-proxy",
};

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

describe("Traefik with its Kubernetes providers, over our Ingress objects", () => {
  let server: ApiServer | undefined;
  let traefik: Traefik;

  before("traefik, etcd or kube-apiserver not found", async function () {
    const binary = await tryFindTraefik();
    server = binary === undefined ? undefined : await ApiServer.tryStart();
    if (binary === undefined || server === undefined) this.skip();
    traefik = await Traefik.start(binary, server, model);
  });
  after(async () => {
    await traefik?.stop();
    await server?.stop();
  });

  // As curl with --resolve: the name is in TLS and in the request, the address is the gateway's.
  const fetchFrom = (host: string, path: string, options: https.RequestOptions = {}) =>
    new Promise<Answer>((resolve, reject) => {
      const ca = traefik.authorities.public.certificate;
      const headers = { host: `${host}:${port}`, ...options.headers };
      const target = { host: traefik.address, port, servername: host, path, ca, ...options, headers };
      const request = https.request(target, (response) => {
        let body = "";
        response.setEncoding("utf8").on("data", (part: string) => (body += part));
        response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
      });
      request.on("upgrade", ({ statusCode = 0, headers: received }, socket) => {
        socket.destroy();
        resolve({ status: statusCode, headers: received, body: "" });
      });
      request.on("error", reject).end();
    });
  const lastArrival = () => traefik.site.arrivals.at(-1);
  const connect = (options: tls.ConnectionOptions) =>
    new Promise<tls.TLSSocket>((resolve, reject) => {
      const socket = tls.connect({ host: traefik.address, port, ...options }, () => resolve(socket));
      socket.once("error", reject);
    });

  for (const [name, backend] of Object.entries(backendOf)) {
    it(`serves ${name}.agyn.test from ${backend}, with a certificate that names it (A2, I1, I2, I3, I4, I7, I9)`, async () => {
      const { status } = await fetchFrom(`${name}.agyn.test`, "/some/path");
      assert.deepEqual([status, lastArrival()?.backend, lastArrival()?.path], [200, backend, "/some/path"]);
    });
  }

  for (const host of ["agyn.test", "chat.agyn.test", "console.agyn.test", "tracing.agyn.test"]) {
    it(`takes /api off the path on ${host}, and leaves /apix alone (I5, I6)`, async () => {
      await fetchFrom(host, "/api/me?full=1");
      assert.deepEqual([lastArrival()?.backend, lastArrival()?.path], ["gateway", "/me?full=1"]);
      await fetchFrom(host, "/api");
      assert.deepEqual([lastArrival()?.backend, lastArrival()?.path], ["gateway", "/"]);
      const before = traefik.site.arrivals.length;
      const { status } = await fetchFrom(host, "/apix");
      const arrived = traefik.site.arrivals.slice(before).map(({ backend }) => backend);
      assert.deepEqual([status, arrived], host === "agyn.test" ? [404, []] : [200, [`${host.split(".")[0]}-app`]]);
    });
  }

  it("removes the identity header from what comes from outside", async () => {
    await fetchFrom("gateway.agyn.test", "/me", { headers: { "x-identity-id": "user-1" } });
    assert.equal(lastArrival()?.path, "/me");
    assert.equal(lastArrival()?.headers["x-identity-id"], undefined);
  });

  it("answers a preflight on media, and keeps Range (I7)", async () => {
    const options = { method: "OPTIONS", headers: { origin: "https://chat.agyn.test" } };
    const preflight = await fetchFrom("media.agyn.test", "/file", options);
    assert.deepEqual(
      [preflight.status, preflight.headers["access-control-allow-origin"]],
      [204, "https://chat.agyn.test"],
    );
    const part = await fetchFrom("media.agyn.test", "/file", { headers: { range: "bytes=0-3" } });
    assert.deepEqual([part.status, part.body, lastArrival()?.headers.range], [206, "abcd", "bytes=0-3"]);
  });

  it("upgrades to a WebSocket (I15)", async () => {
    const headers = { connection: "Upgrade", upgrade: "websocket", "sec-websocket-key": "x3JJHMbDL1EzLkh9GBhXDw==" };
    const { status } = await fetchFrom("gateway.agyn.test", "/socket", {
      headers: { ...headers, "sec-websocket-version": "13" },
    });
    assert.equal(status, 101);
  });

  it("redirects plain HTTP to the port of TLS, and keeps path and query (I14)", async () => {
    const { status, headers } = await new Promise<Answer>((resolve, reject) => {
      const target = {
        host: traefik.address,
        port: traefik.plainPort,
        path: "/a/b?c=d",
        headers: { host: "chat.agyn.test" },
      };
      http
        .get(target, (answer) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: "" }))
        .on("error", reject);
    });
    assert.deepEqual([status, headers.location], [301, `https://chat.agyn.test:${port}/a/b?c=d`]);
  });

  it("answers no host that is not public (I10)", async () => {
    const before = traefik.site.arrivals.length;
    const { status } = await fetchFrom("other.agyn.test", "/", { rejectUnauthorized: false });
    assert.deepEqual([status, traefik.site.arrivals.length], [404, before]);
  });

  it("refuses TLS 1.1 for a public host, and takes TLS 1.2", async () => {
    const old = {
      servername: "chat.agyn.test",
      rejectUnauthorized: false,
      minVersion: "TLSv1.1",
      ciphers: "DEFAULT@SECLEVEL=0",
    } as const;
    await assert.rejects(connect({ ...old, maxVersion: "TLSv1.1" }), /protocol version|alert/i);
    const socket = await connect({ ...old, maxVersion: "TLSv1.2" });
    assert.equal(socket.getProtocol(), "TLSv1.2");
    socket.destroy();
  });

  for (const { host, service } of passthroughHosts(model.options)) {
    it(`passes ${host} through to its own certificate (I9)`, async () => {
      const ca = traefik.authorities.overlay.certificate;
      const socket = await connect({ servername: host, ca, checkServerIdentity: () => undefined });
      assert.equal(socket.getPeerCertificate().subjectaltname, `DNS:${service}`);
      socket.destroy();
    });
  }

  it("does not pass the management API through (D4)", async () => {
    const socket = await connect({ servername: "ziti-mgmt.agyn.test", rejectUnauthorized: false });
    assert.doesNotMatch(socket.getPeerCertificate().subjectaltname ?? "", /ziti/);
    socket.destroy();
  });
});
