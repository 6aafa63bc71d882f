import assert from "node:assert/strict";
import type { Manifest } from "../../../access/render/manifest";
import { renderGateway, renderHttpRoutes, renderTlsRoutes } from "../../../access/render/gateway-api-routes";
import { optionsWith } from "../options";
import { modelFor } from "./public-providers";

interface Listener {
  name: string;
  hostname?: string;
  port: number;
  protocol: string;
  tls?: { mode: string; certificateRefs?: { name: string }[] };
  allowedRoutes: { namespaces: { from: string; selector?: { matchLabels: Record<string, string> } } };
}
interface Rule {
  matches: { path: { type: string; value: string } }[];
  filters: {
    type: string;
    urlRewrite?: object;
    requestRedirect?: object;
    requestHeaderModifier?: { remove: string[] };
  }[];
  backendRefs: { name: string; port: number }[];
  timeouts?: { request: string };
}

const model = modelFor("gatewayApi");
const listenersOf = (of = model) => renderGateway(of).spec.listeners as Listener[];
const routeOf = (name: string, of = model) =>
  renderHttpRoutes(of).find(({ metadata }) => metadata.name === `public-${name}`) as Manifest;
const rulesOf = (name: string, of = model) => routeOf(name, of).spec.rules as Rule[];

describe("the Gateway of the Gateway API", () => {
  it("has a listener per public host, each with a certificate of its own, and none without a host but for plain HTTP", () => {
    const secure = listenersOf().filter(({ protocol }) => protocol === "HTTPS");
    assert.deepEqual(
      secure.map(({ hostname, port, tls }) => [hostname, port, tls?.mode, tls?.certificateRefs?.[0]?.name]),
      model.exposures.map(({ host, name }) => [host, 443, "Terminate", `agyn-public-${name}-tls`]),
    );
    assert.deepEqual(
      listenersOf()
        .filter(({ hostname }) => hostname === undefined)
        .map(({ protocol }) => protocol),
      ["HTTP"],
    );
  });

  it("takes routes from one namespace per listener", () => {
    const sources = new Set(
      listenersOf().map(({ protocol, allowedRoutes: { namespaces } }) =>
        [protocol, namespaces.from, ...Object.values(namespaces.selector?.matchLabels ?? {})].join(" "),
      ),
    );
    assert.deepEqual([...sources], ["HTTPS Selector platform", "TLS Selector ziti", "HTTP Same"]);
  });

  it("passes the overlay's names through to routes beside the overlay", () => {
    const passing = listenersOf().filter(({ tls }) => tls?.mode === "Passthrough");
    const routes = renderTlsRoutes(model);
    assert.deepEqual(
      passing.map(({ name, hostname }) => [name, hostname]),
      routes.map(({ spec }) => {
        const [{ sectionName }] = spec.parentRefs as [{ sectionName: string }];
        return [sectionName, (spec.hostnames as string[])[0]];
      }),
    );
    assert.deepEqual(
      routes.map(({ metadata, spec }) => [metadata.namespace, spec.rules]),
      [
        ["ziti", [{ backendRefs: [{ name: "ziti-controller-client", port: 443 }] }]],
        ["ziti", [{ backendRefs: [{ name: "ziti-router-edge", port: 443 }] }]],
      ],
    );
  });

  it("keeps to the public hosts where the controller is the operator's", () => {
    const plain = modelFor("gatewayApi");
    const operators = {
      ...plain,
      options: { ...plain.options, controller: { manage: false, advertisedHost: "z.example.org" } },
    };
    assert.deepEqual(renderTlsRoutes(operators), []);
    assert.deepEqual(
      listenersOf(operators).filter(({ protocol }) => protocol === "TLS"),
      [],
    );
  });
});

describe("the HTTPRoutes", () => {
  it("are one per host, attached to the host's own listener", () => {
    const routes = renderHttpRoutes(model).filter(({ metadata }) => metadata.namespace === "platform");
    assert.deepEqual(
      routes.map(({ spec }) => [spec.hostnames, spec.parentRefs]),
      model.exposures.map(({ host, name }) => [[host], [{ name: "agyn", namespace: "ingress", sectionName: name }]]),
    );
  });

  it("take /api off the path by element, so that /apix is not meant", () => {
    const [prefix, exact, root] = rulesOf("console");
    assert.deepEqual(prefix?.matches, [{ path: { type: "PathPrefix", value: "/api" } }]);
    assert.deepEqual(exact?.matches, [{ path: { type: "Exact", value: "/api" } }]);
    assert.deepEqual(root?.matches, [{ path: { type: "PathPrefix", value: "/" } }]);
    assert.deepEqual(prefix?.filters.at(-1)?.urlRewrite, {
      path: { type: "ReplacePrefixMatch", replacePrefixMatch: "/" },
    });
    assert.deepEqual(exact?.filters.at(-1)?.urlRewrite, { path: { type: "ReplaceFullPath", replaceFullPath: "/" } });
    assert.deepEqual(
      [prefix, root].map((rule) => rule?.backendRefs),
      [[{ name: "gateway", port: 8080 }], [{ name: "console-app", port: 3000 }]],
    );
    assert.deepEqual(rulesOf("apex").length, 2);
  });

  it("never cut a stream short, and let no one bring an identity along", () => {
    for (const { name } of model.exposures) {
      for (const { timeouts, filters } of rulesOf(name)) {
        assert.deepEqual(timeouts, { request: "0s" });
        assert.deepEqual(filters[0]?.requestHeaderModifier, { remove: ["x-identity-id"] });
      }
    }
  });

  it("name the Service in the request when a sidecar beside the controller has to find it", () => {
    const controller = { kind: "traefik", entry: "mesh", namespace: "traefik", serviceAccount: "traefik" } as const;
    const [rule] = rulesOf("media", modelFor("gatewayApi", { className: "traefik", controller }));
    assert.deepEqual(rule?.filters.at(-1)?.urlRewrite, { hostname: "media-proxy.platform.svc.cluster.local" });
  });

  it("redirect plain HTTP to the port of TLS", () => {
    const redirect = routeOf("redirect", modelFor("gatewayApi", { port: 2496 }));
    const [rule] = redirect.spec.rules as Rule[];
    assert.deepEqual(rule?.filters[0]?.requestRedirect, { scheme: "https", port: 2496, statusCode: 301 });
    assert.deepEqual(
      redirect.spec.hostnames,
      model.exposures.map(({ host }) => host),
    );
    const silent = modelFor("gatewayApi", { redirectHttp: false });
    assert.equal(routeOf("redirect", silent), undefined);
    assert.deepEqual(
      listenersOf(silent).filter(({ protocol }) => protocol === "HTTP"),
      [],
    );
  });

  it("tell browsers to stay on TLS when asked to", () => {
    const tls = { ...optionsWith().ingress.tls, hsts: true };
    const types = rulesOf("chat", modelFor("gatewayApi", { tls }))[0]?.filters.map(({ type }) => type);
    assert.deepEqual(types, ["RequestHeaderModifier", "ResponseHeaderModifier", "URLRewrite"]);
  });
});
