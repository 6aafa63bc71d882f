import assert from "node:assert/strict";
import { buildModel, type ModelOptions } from "../../../access/model/model";
import { renderCertificates } from "../../../access/render/certificates";
import { renderIstioGateway, renderVirtualServices } from "../../../access/render/istio-routes";
import { optionsWith, optionsWithExtras } from "../options";

interface HttpRoute {
  match: { uri?: Record<string, string>; port?: number }[];
  rewrite?: { uri: string };
  redirect?: Record<string, unknown>;
  route?: { destination: { host: string; port: { number: number } } }[];
  timeout?: string;
  headers?: { request: { remove: string[] }; response?: { set: Record<string, string> } };
}
interface Server {
  port: { number: number; protocol: string };
  hosts: string[];
  tls?: Record<string, unknown>;
}

const publicHosts = [
  "chat.agyn.test",
  "console.agyn.test",
  "tracing.agyn.test",
  "gateway.agyn.test",
  "media.agyn.test",
  "agyn.test",
];

function withIngress(changes: Partial<ModelOptions["ingress"]>) {
  return buildModel(optionsWith({ ingress: { ...optionsWith().ingress, ...changes } }));
}

function withTls(changes: Partial<ModelOptions["ingress"]["tls"]>) {
  return withIngress({ tls: { ...optionsWith().ingress.tls, ...changes } });
}

function httpOf(model: ReturnType<typeof buildModel>, host: string): HttpRoute[] {
  const services = renderVirtualServices(model).filter(({ spec }) => (spec.hosts as string[]).includes(host));
  assert.equal(services.length, 1, host);
  return services[0]?.spec.http as HttpRoute[];
}

// The first entry that matches decides, as in Istio.
function backendOf(routes: readonly HttpRoute[], path: string): string {
  const hit = routes.find(({ match }) =>
    match.some(({ uri }) => path === uri?.exact || (uri?.prefix !== undefined && path.startsWith(uri.prefix))),
  );
  if (hit === undefined) return "none";
  const destination = hit.route?.[0]?.destination;
  return `${destination?.host}:${destination?.port.number}${hit.rewrite ? ` as ${hit.rewrite.uri}` : ""}`;
}

const gateway = "gateway.platform.svc.cluster.local:8080";
const plain = buildModel(optionsWith());

describe("public routes", () => {
  const expectations: readonly [string, string, string][] = [
    ["chat.agyn.test", "/", "chat-app.platform.svc.cluster.local:3000"],
    ["console.agyn.test", "/settings", "console-app.platform.svc.cluster.local:3000"],
    ["tracing.agyn.test", "/", "tracing-app.platform.svc.cluster.local:3000"],
    ["gateway.agyn.test", "/me", gateway],
    ["gateway.agyn.test", "/api/me", gateway],
    ["media.agyn.test", "/proxy", "media-proxy.platform.svc.cluster.local:8080"],
    ["agyn.test", "/api/me", `${gateway} as /`],
    ["agyn.test", "/api", `${gateway} as /`],
    ["agyn.test", "/apix", "none"],
    ["agyn.test", "/", "none"],
    ["chat.agyn.test", "/api/me", `${gateway} as /`],
    ["console.agyn.test", "/api", `${gateway} as /`],
    ["tracing.agyn.test", "/apix", "tracing-app.platform.svc.cluster.local:3000"],
    ["chat.agyn.test", "/socket.io/?EIO=4", "chat-app.platform.svc.cluster.local:3000"],
    ["media.agyn.test", "/api/me", "media-proxy.platform.svc.cluster.local:8080"],
  ];
  for (const [host, path, backend] of expectations) {
    it(`https://${host}${path} goes to ${backend}`, () => {
      assert.equal(backendOf(httpOf(plain, host), path), backend);
    });
  }

  it("carry the Web apps' sockets to the Gateway with today's images", () => {
    const extended = buildModel(optionsWithExtras());
    assert.equal(backendOf(httpOf(extended, "chat.agyn.test"), "/socket.io/?EIO=4"), gateway);
    assert.equal(backendOf(httpOf(extended, "agyn.test"), "/socket.io/?EIO=4"), "none");
  });

  it("never cut a stream short, and let no one bring an identity along", () => {
    for (const host of publicHosts) {
      for (const { timeout, headers } of httpOf(plain, host)) {
        assert.equal(timeout, undefined);
        assert.deepEqual(headers, { request: { remove: ["x-identity-id"] } });
      }
    }
  });

  it("tell browsers to stay on TLS when asked to", () => {
    const [route] = httpOf(withTls({ hsts: true }), "chat.agyn.test");
    assert.match(route?.headers?.response?.set["strict-transport-security"] ?? "", /^max-age=\d+$/);
  });
});

describe("the public Gateway", () => {
  it("lists every host in one HTTPS server block, none of them a wildcard", () => {
    const servers = renderIstioGateway(plain).spec.servers as Server[];
    const secure = servers.filter(({ port }) => port.protocol === "HTTPS");
    assert.deepEqual(
      secure.map(({ hosts }) => hosts),
      [publicHosts],
    );
    assert.deepEqual(secure[0]?.tls, {
      mode: "SIMPLE",
      credentialName: "agyn-public-hosts-tls",
      minProtocolVersion: "TLSV1_2",
    });
  });

  it("redirects plain HTTP to TLS", () => {
    const servers = renderIstioGateway(plain).spec.servers as Server[];
    assert.deepEqual(servers[1], {
      port: { name: "http", number: 80, protocol: "HTTP" },
      hosts: publicHosts,
      tls: { httpsRedirect: true },
    });
  });

  it("names the port in the redirect when it is not 443", () => {
    const model = withIngress({ port: 2496 });
    const [secure, open] = renderIstioGateway(model).spec.servers as Server[];
    assert.deepEqual([secure?.port.number, open?.tls], [2496, undefined]);
    for (const host of publicHosts) {
      const [first] = httpOf(model, host);
      assert.deepEqual(first?.match, [{ port: 80 }]);
      assert.deepEqual(first?.redirect, { scheme: "https", port: 2496, redirectCode: 301 });
    }
  });

  it("listens on TLS alone when the redirect is off", () => {
    const model = withIngress({ redirectHttp: false, port: 2496 });
    assert.equal((renderIstioGateway(model).spec.servers as Server[]).length, 1);
    assert.equal(httpOf(model, "gateway.agyn.test").length, 1);
  });

  it("asks for TLS 1.3 when told to", () => {
    const [secure] = renderIstioGateway(withIngress({ minTlsVersion: "1.3" })).spec.servers as Server[];
    assert.equal(secure?.tls?.minProtocolVersion, "TLSV1_3");
  });
});

describe("the public hosts' certificate", () => {
  const names = (model: ReturnType<typeof buildModel>) => renderCertificates(model).map(({ spec }) => spec.dnsNames);
  const elsewhere = { ...optionsWith().ingress.hosts, chat: "chat.example.org", media: "m.eu.agyn.test" };

  it("covers the domain and everything directly under it", () => {
    assert.deepEqual(names(plain), [["agyn.test", "*.agyn.test"]]);
  });

  it("covers hosts that a wildcard does not reach", () => {
    assert.deepEqual(names(withIngress({ hosts: elsewhere })), [
      ["agyn.test", "*.agyn.test", "chat.example.org", "m.eu.agyn.test"],
    ]);
  });

  it("covers the public hosts and nothing more when asked per host", () => {
    assert.deepEqual(names(withTls({ mode: "perHost" })), [publicHosts]);
  });

  it("comes from the configured issuer and is kept where the gateway reads it", () => {
    const [certificate] = renderCertificates(plain);
    assert.equal(certificate?.metadata.namespace, "ingress");
    assert.equal(certificate?.spec.secretName, "agyn-public-hosts-tls");
    const issuerRef = { name: "letsencrypt", kind: "ClusterIssuer", group: "cert-manager.io" };
    assert.deepEqual(certificate?.spec.issuerRef, issuerRef);
  });
});
