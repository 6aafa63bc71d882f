import assert from "node:assert/strict";
import { problemsOf, production, settingsOf, type ByPath } from "./parsing";

const traefik = { "ingress.provider": "ingress", "ingress.controller.entry": "mesh" };
const hosts = "ingress.hosts";

const refused: [title: string, changes: ByPath, ...says: RegExp[]][] = [
  ["a host outside of the domain", { [`${hosts}.llm`]: "llm.acme.io" }, /^ingress.hosts.llm is not below the domain/],
  [
    "a foreign host that the wildcard does not cover",
    { [`${hosts}.llm`]: "llm.acme.io", "ingress.allowForeignHosts": true },
    /^ingress.hosts.llm is not covered/,
  ],
  ["a wildcard host", { [`${hosts}.images`]: "*.agents.acme-robotics.io" }, /^ingress.hosts.images is a wildcard/],
  [
    "an optional host that is taken",
    { [`${hosts}.terminal`]: "chat.agents.acme-robotics.io" },
    /^ingress.hosts.terminal is the same host as ingress.hosts.chat/,
  ],
  ["the port of plain HTTP", { "ingress.port": 80 }, /^ingress.port is the port of plain HTTP/],
  ["the port of OpenZiti's management", { "ingress.port": 1281 }, /^ingress.port is the port of OpenZiti's management/],
  ["an unknown TLS version", { "ingress.minTlsVersion": "1.4" }, /^ingress.minTlsVersion is not among/],
  ["an unknown key type", { "ingress.tls.key": "ed25519" }, /^ingress.tls.key is not among/],
  ["a class for Istio's own gateway", { "ingress.className": "istio" }, /^ingress.className has no effect/],
  [
    "an entry for Istio's own gateway",
    { "ingress.controller.entry": "mesh" },
    /^ingress.controller.entry has no effect/,
  ],
  ["another controller for it", { "ingress.controller.kind": "traefik" }, /^ingress.controller.kind does not fit/],
  [
    "Istio behind Kubernetes Ingress",
    { ...traefik, "ingress.className": "istio" },
    /^ingress.controller.kind does not fit provider ingress/,
    /^ingress.controller.namespace is missing/,
    /^ingress.controller.serviceAccount is missing/,
  ],
  [
    "a controller without a way into the mesh, behind Ingress",
    { "ingress.provider": "ingress" },
    /^ingress.controller.entry is missing: .* every route would answer 503/,
  ],
  [
    "a controller without a way into the mesh, behind the Gateway API",
    { "ingress.provider": "gateway-api", "ingress.className": "cilium" },
    /^ingress.controller.entry is missing: .* every route would answer 503/,
  ],
  [
    "a controller in the mesh that the mesh cannot know",
    { ...traefik, "ingress.className": "haproxy" },
    /^ingress.controller.namespace is missing/,
    /^ingress.controller.serviceAccount is missing/,
  ],
  [
    "a controller among the agents",
    { ...traefik, "ingress.controller.namespace": "agyn-workloads" },
    /^ingress.controller.namespace has no sidecars: every route would answer 503/,
  ],
  [
    "a controller beside the control plane that the program installs, whose label keeps sidecars out",
    { ...traefik, "mesh.manage": true, "ingress.controller.namespace": "istio-system" },
    /^ingress.controller.namespace has no sidecars: every route would answer 503/,
  ],
  [
    "a controller beside the cert-manager that the program installs",
    { ...traefik, "certManager.manage": true, "ingress.controller.namespace": "cert-manager" },
    /^ingress.controller.namespace has no sidecars: every route would answer 503/,
  ],
  [
    "several mistakes, all at once",
    { "ingress.provider": "ingress", "ingress.port": 1281, [`${hosts}.chat`]: "chat.acme.io" },
    /^ingress.hosts.chat is not below/,
    /^ingress.port is the port/,
    /^ingress.controller.entry is missing/,
  ],
];

describe("the ingress in the configuration", () => {
  for (const [title, changes, ...says] of refused) {
    it(`refuses ${title}`, () => {
      const texts = problemsOf({ ...production, ...changes }).map(({ key, reason }) => `${key} ${reason}`);
      assert.equal(texts.length, says.length, texts.join("\n"));
      for (const pattern of says)
        assert.ok(
          texts.some((text) => pattern.test(text)),
          `${pattern}:\n${texts.join("\n")}`,
        );
    });
  }

  it("refuses to lock browsers out of a bootstrap installation", () => {
    const [problem, ...others] = problemsOf({ "ingress.tls.hsts": true });
    assert.equal(others.length, 0);
    assert.match(`${problem?.key} ${problem?.reason}`, /^ingress.tls.hsts would lock browsers out/);
    assert.match(problem?.fix.join("\n") ?? "", /ingress.tls.hsts' false$/);
  });

  it("knows the classes of Traefik and Istio by their names, and the others as generic", () => {
    const kindOf = (className: string) =>
      settingsOf({
        ...production,
        ...traefik,
        "ingress.provider": "gateway-api",
        "ingress.className": className,
        "ingress.controller.entry": className === "istio" ? undefined : "plaintext",
      }).ingress.controller.kind;
    assert.deepEqual(["istio", "traefik-internal", "cilium"].map(kindOf), ["istio", "traefik", "generic"]);
  });

  it("gives the Gateway API one certificate per host, since its listeners share none safely", () => {
    const settings = settingsOf({ ...production, "ingress.provider": "gateway-api" });
    assert.deepEqual([settings.ingress.className, settings.ingress.tls.mode], ["istio", "perHost"]);
  });

  it("takes Traefik by its chart's names", () => {
    const { className, controller } = settingsOf({ ...production, ...traefik }).ingress;
    const expected = { kind: "traefik", entry: "mesh", namespace: "traefik", serviceAccount: "traefik" };
    assert.deepEqual([className, controller], ["traefik", expected]);
  });
});
