import assert from "node:assert/strict";
import type { Manifest } from "../../../access/render/manifest";
import { renderIngresses } from "../../../access/render/ingress-routes";
import { renderTraefikObjects, renderTraefikPassthrough } from "../../../access/render/traefik-objects";
import { optionsWith } from "../options";
import { modelFor } from "./public-providers";

interface Path {
  path: string;
  pathType: string;
  backend: { service: { name: string; port: { number: number } } };
}

const traefik = modelFor("traefik");
const generic = modelFor("generic");
const router = (name: string) => `traefik.ingress.kubernetes.io/router.${name}`;

function rulesOf({ spec }: Manifest) {
  return spec.rules as { host: string; http: { paths: Path[] } }[];
}
function routesOf(host: string, of = traefik) {
  return renderIngresses(of)
    .filter(({ metadata }) => metadata.name !== "public-redirect")
    .filter((ingress) => rulesOf(ingress)[0]?.host === host)
    .map((ingress) => [ingress, rulesOf(ingress)[0]?.http.paths ?? []] as const);
}
function middlewareNames({ metadata }: Manifest): string[] {
  return metadata.annotations?.[router("middlewares")]?.split(",") ?? [];
}

describe("Kubernetes Ingress with Traefik", () => {
  it("routes every host, with its certificate, in the namespace of its backends", () => {
    for (const { host } of traefik.exposures) {
      const routes = routesOf(host);
      assert.notEqual(routes.length, 0, host);
      for (const [{ metadata, spec }] of routes) {
        assert.deepEqual([metadata.namespace, spec.ingressClassName], ["platform", "traefik"]);
        assert.deepEqual(spec.tls, [{ hosts: [host], secretName: "agyn-public-hosts-tls" }]);
        assert.equal(metadata.annotations?.[router("entrypoints")], "websecure");
      }
    }
  });

  it("takes /api off the path, as a prefix that ends with a slash and as itself", () => {
    const [[api, paths] = [], [app] = []] = routesOf("console.agyn.test");
    assert.deepEqual(
      paths?.map(({ path, pathType }) => [path, pathType]),
      [
        ["/api/", "Prefix"],
        ["/api", "Exact"],
      ],
    );
    assert.ok(middlewareNames(api as Manifest).includes("platform-agyn-rewrite@kubernetescrd"));
    const priorities = [api, app].map((ingress) => ingress?.metadata.annotations?.[router("priority")]);
    assert.deepEqual(priorities, ["10000", undefined]);
    assert.ok(!middlewareNames(app as Manifest).includes("platform-agyn-rewrite@kubernetescrd"));
    assert.equal(routesOf("agyn.test").length, 1);
  });

  it("refers to no object that is not rendered", () => {
    const names = renderTraefikObjects(traefik).map(({ metadata }) => `platform-${metadata.name}@kubernetescrd`);
    for (const ingress of renderIngresses(traefik)) {
      const used = [...middlewareNames(ingress), ingress.metadata.annotations?.[router("tls.options")] ?? names[0]];
      for (const name of used) assert.ok(names.includes(name ?? ""), name);
    }
  });

  it("drops the identity header of every request, and names the Service for the sidecar beside Traefik", () => {
    const specs = new Map(renderTraefikObjects(traefik).map(({ metadata, spec }) => [metadata.name, spec]));
    assert.deepEqual(specs.get("agyn-headers"), { headers: { customRequestHeaders: { "x-identity-id": "" } } });
    const Host = "media-proxy.platform.svc.cluster.local";
    assert.deepEqual(specs.get("agyn-to-media-proxy"), { headers: { customRequestHeaders: { Host } } });
    for (const { host } of traefik.exposures)
      for (const [ingress] of routesOf(host))
        assert.ok(middlewareNames(ingress).includes("platform-agyn-headers@kubernetescrd"), host);
  });

  it("redirects plain HTTP to the port of TLS", () => {
    const model = modelFor("traefik", { port: 2496 });
    const redirect = renderIngresses(model).at(-1) as Manifest;
    assert.deepEqual(
      rulesOf(redirect).map(({ host }) => host),
      model.exposures.map(({ host }) => host),
    );
    assert.equal(redirect.metadata.annotations?.[router("entrypoints")], "web");
    const object = renderTraefikObjects(model).find(({ metadata }) => metadata.name === "agyn-redirect");
    assert.deepEqual(object?.spec, { redirectScheme: { scheme: "https", port: "2496", permanent: true } });
    const silent = modelFor("traefik", { redirectHttp: false });
    assert.ok(renderIngresses(silent).every(({ metadata }) => metadata.name !== "public-redirect"));
  });

  it("sets the oldest TLS version and insists on TLS when asked to", () => {
    const strict = modelFor("traefik", { minTlsVersion: "1.3", tls: { ...optionsWith().ingress.tls, hsts: true } });
    const objects = renderTraefikObjects(strict);
    assert.deepEqual(objects.at(-1)?.spec, { minVersion: "VersionTLS13" });
    assert.deepEqual((objects[0]?.spec as { headers: { stsSeconds: number } }).headers.stsSeconds, 31_536_000);
    assert.deepEqual(renderTraefikObjects(traefik).at(-1)?.spec, { minVersion: "VersionTLS12" });
  });

  it("passes the overlay's names through beside the overlay", () => {
    assert.deepEqual(
      renderTraefikPassthrough(traefik).map(({ metadata, spec }) => [metadata.namespace, spec.routes, spec.tls]),
      [
        [
          "ziti",
          [{ match: "HostSNI(`ziti.agyn.test`)", services: [{ name: "ziti-controller-client", port: 443 }] }],
          { passthrough: true },
        ],
        [
          "ziti",
          [{ match: "HostSNI(`ziti-router.agyn.test`)", services: [{ name: "ziti-router-edge", port: 443 }] }],
          { passthrough: true },
        ],
      ],
    );
  });
});

describe("Kubernetes Ingress with any controller", () => {
  it("serves what needs no rewrite, and leaves out a host that nothing else is on", () => {
    const hosts = renderIngresses(generic).map((ingress) => rulesOf(ingress)[0]?.host);
    assert.deepEqual(
      hosts,
      generic.exposures.map(({ host }) => host),
    );
    assert.ok(!hosts.includes("agyn.test"));
    for (const ingress of renderIngresses(generic)) {
      assert.deepEqual(
        rulesOf(ingress)[0]?.http.paths.map(({ path }) => path),
        ["/"],
      );
      const foreign = Object.keys(ingress.metadata.annotations ?? {}).filter((key) => key.includes("traefik"));
      assert.deepEqual(foreign, []);
    }
  });
});
