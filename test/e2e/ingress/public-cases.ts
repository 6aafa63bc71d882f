import * as assert from "node:assert/strict";
import { once } from "node:events";
import { passthroughHosts } from "../../../access/model/exposure";
import type { Model } from "../../../access/model/model";
import { identityHeader } from "../../../access/platform/patterns";
import type { PublicClient } from "../support/public-client";
import { overlayProtocol, type Site } from "./site";

/** An ingress that serves the public hosts, and what is on both sides of it. */
export interface PublicHosts {
  readonly client: PublicClient;
  readonly site: Site;
  /** The authority that signs for the overlay alone, PEM. */
  readonly overlayAuthority: string;
}

const appHosts = {
  "chat.agyn.test": "chat-app",
  "console.agyn.test": "console-app",
  "tracing.agyn.test": "tracing-app",
};
const hosts = { ...appHosts, "gateway.agyn.test": "gateway", "media.agyn.test": "media-proxy" };
const apiHosts: Readonly<Record<string, string | undefined>> = { "agyn.test": undefined, ...appHosts };
const webSocket = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-key": "x3JJHMbDL1EzLkh9GBhXDw==",
  "sec-websocket-version": "13",
};

/**
 * Registers what every ingress owes the public hosts, whoever serves them. `namesFor`: the names in the certificate of
 * a host, sorted; `hosts`: the ingress, once it is there.
 */
export function itServesPublicHosts(
  model: Model,
  namesFor: (host: string) => readonly string[],
  ingress: () => PublicHosts,
): void {
  const { port } = model.options.ingress;
  const arrivalsDuring = async (send: () => Promise<unknown>) => {
    const { arrivals } = ingress().site;
    const before = arrivals.length;
    await send();
    return arrivals.slice(before);
  };
  const arrivalOf = async (host: string, path: string, headers = {}) => {
    const [arrival] = await arrivalsDuring(() => ingress().client.fetch(host, path, { headers }));
    return arrival;
  };

  for (const [host, backend] of Object.entries(hosts)) {
    it(`serves ${host} from ${backend}, with a certificate that names it (A2, I1, I2, I3, I4, I7, I9)`, async () => {
      const arrival = await arrivalOf(host, "/some/path");
      assert.deepEqual([arrival?.backend, arrival?.path], [backend, "/some/path"]);
      assert.deepEqual(await ingress().client.namesShownFor(host), namesFor(host));
    });
  }

  for (const [host, app] of Object.entries(apiHosts)) {
    it(`takes /api off the path on ${host}, and leaves /apix alone (I5, I6)`, async () => {
      for (const [asked, path] of [
        ["/api/me?full=1", "/me?full=1"],
        ["/api", "/"],
      ] as const) {
        const arrival = await arrivalOf(host, asked);
        assert.deepEqual([arrival?.backend, arrival?.path], ["gateway", path]);
      }
      const answers: number[] = [];
      const arrivals = await arrivalsDuring(async () =>
        answers.push((await ingress().client.fetch(host, "/apix")).status),
      );
      const arrived = arrivals.map(({ backend, path }) => [backend, path]);
      assert.deepEqual([answers, arrived], app === undefined ? [[404], []] : [[200], [[app, "/apix"]]]);
    });
  }

  it("removes the identity header from what comes from outside", async () => {
    const arrival = await arrivalOf("gateway.agyn.test", "/me", { [identityHeader]: "user-1" });
    assert.equal(arrival?.path, "/me");
    assert.equal(arrival.headers[identityHeader], undefined);
  });

  it("answers a preflight on media, and keeps Range (I7)", async () => {
    const origin = "https://chat.agyn.test";
    const preflight = { method: "OPTIONS", headers: { origin, "access-control-request-method": "GET" } };
    const { status, headers } = await ingress().client.fetch("media.agyn.test", "/file", preflight);
    assert.deepEqual([status, headers["access-control-allow-origin"]], [204, origin]);
    const range = "bytes=0-3";
    const part = await ingress().client.fetch("media.agyn.test", "/file", { headers: { range } });
    const received = [
      part.status,
      part.body,
      part.headers["content-range"],
      ingress().site.arrivals.at(-1)?.headers.range,
    ];
    assert.deepEqual(received, [206, "abcd", "bytes 0-3/10", range]);
  });

  it("upgrades to a WebSocket (I15)", async () => {
    const { status } = await ingress().client.fetch("gateway.agyn.test", "/socket", { headers: webSocket });
    assert.equal(status, 101);
  });

  it("redirects plain HTTP to the port of TLS, and keeps path and query (I14)", async () => {
    const { status, headers } = await ingress().client.fetchPlain("chat.agyn.test", "/a/b?c=d");
    assert.deepEqual([status, headers.location], [301, `https://chat.agyn.test:${port}/a/b?c=d`]);
  });

  it("refuses TLS 1.1 for a public host, and takes TLS 1.2", async () => {
    const old = {
      servername: "chat.agyn.test",
      minVersion: "TLSv1.1",
      // OpenSSL itself offers TLS 1.1 at no higher level.
      ciphers: "DEFAULT@SECLEVEL=0",
    } as const;
    await assert.rejects(ingress().client.connect({ ...old, maxVersion: "TLSv1.1" }), /alert protocol version/i);
    const socket = await ingress().client.connect({ ...old, maxVersion: "TLSv1.2" });
    assert.equal(socket.getProtocol(), "TLSv1.2");
    socket.destroy();
  });

  for (const { host, service } of passthroughHosts(model.options)) {
    it(`passes ${host} through to ${service}, unopened (I9)`, async () => {
      const socket = await ingress().client.connect({
        servername: host,
        ca: ingress().overlayAuthority,
        ALPNProtocols: [overlayProtocol],
        // Clients of the overlay know its authority, not its names.
        checkServerIdentity: () => undefined,
      });
      let answer = "";
      socket.setEncoding("utf8").on("data", (part: string) => (answer += part));
      const seen = [socket.getPeerCertificate().subjectaltname, socket.alpnProtocol];
      await once(socket, "close");
      assert.deepEqual([...seen, answer], [`DNS:${service}`, overlayProtocol, service]);
    });
  }
}
