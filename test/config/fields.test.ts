import assert from "node:assert/strict";
import { required } from "../../config/field";
import { fields, settingPaths } from "../../config/schema";
import { controllerUrlsOf } from "../../config/values/network";
import { problemsOf, production, settingsOf } from "./parsing";

const userInsteadOfCertificate = {
  "controller.cert": undefined,
  "controller.key": undefined,
  "controller.password": "kF9-wQ2x-Lm71-zz",
};

const behindTraefik = { "ingress.provider": "ingress", "ingress.controller.entry": "mesh" };

// What an example cannot do without.
const companions: Partial<Record<string, object>> = {
  "controller.username": userInsteadOfCertificate,
  "controller.mode": { "controller.manage": true },
  "ingress.className": behindTraefik,
  "ingress.controller.kind": behindTraefik,
  "ingress.controller.entry": behindTraefik,
};

describe("the table of fields", () => {
  for (const path of settingPaths) {
    const field = fields[path];

    it(`explains ${path}`, () => {
      assert.match(field.help, /^[A-Z`].{10,}\.$/s);
      assert.ok(field.type.allowed.length > 0);
    });

    it(`has defaults of ${path} that it accepts itself`, () => {
      for (const rule of [field.bootstrap, field.production]) {
        const value: unknown = rule.resolve({ domain: "agents.acme.io", "namespaces.overlay": "ziti" });
        if (value !== undefined && value !== required)
          assert.ok("value" in field.type.read(value), JSON.stringify(value));
      }
    });

    if (!/^<|\.(pem|yaml|txt)$/.test(String(field.example))) {
      it(`has an example of ${path} that production accepts`, () => {
        const rest = companions[path] ?? (path.startsWith("ingress.service.") ? { "mesh.manage": true } : {});
        assert.deepEqual(problemsOf({ ...production, ...rest, [path]: field.example }), []);
      });
    }
  }

  it("needs nothing at all for bootstrap", () => {
    const settings = settingsOf({});
    assert.equal(settings.profile, "bootstrap");
    assert.equal(settings.domain, "agyn.localhost");
    assert.equal(settings.ingress.tls.issuer.name, "agyn-bootstrap-ca");
    assert.deepEqual(
      [settings.mesh.manage, settings.controller.manage, settings.certManager.manage],
      [true, true, true],
    );
    assert.equal(settings.controller.reach, "portForward");
  });

  it("leaves network policies off in both profiles", () => {
    assert.equal(settingsOf({}).networkPolicies.enabled, false);
    assert.equal(settingsOf(production).networkPolicies.enabled, false);
  });

  it("derives hosts from the domain, and the controller's address from its namespace", () => {
    const settings = settingsOf({
      domain: "lab.acme.io",
      "namespaces.overlay": "edge",
      "ingress.hosts.chat": "talk.lab.acme.io",
    });
    assert.deepEqual(settings.ingress.hosts, {
      chat: "talk.lab.acme.io",
      console: "console.lab.acme.io",
      tracing: "tracing.lab.acme.io",
      gateway: "gateway.lab.acme.io",
      media: "media.lab.acme.io",
    });
    assert.equal(settings.controller.advertisedHost, "ziti.lab.acme.io");
    assert.equal(settings.controller.url, "https://ziti-controller-mgmt.edge.svc:1281");
  });

  it("give every node of a managed cluster an address, also under another namespace", () => {
    const { controller } = settingsOf({
      ...{ profile: "bootstrap", domain: "lab.acme.io" },
      ...{ "controller.mode": "cluster", "namespaces.overlay": "edge" },
    });
    const services = ["ziti-controller-mgmt", "ziti-controller-2-mgmt", "ziti-controller-3-mgmt"];
    assert.deepEqual(
      controllerUrlsOf(controller.url),
      services.map((service) => `https://${service}.edge.svc:1281`),
    );
  });

  it("keeps values that were given", () => {
    const settings = settingsOf({
      ...production,
      "ingress.port": 8443,
      "overlay.extraZones": ["agyn"],
      "controller.adopt": true,
    });
    assert.deepEqual(
      [settings.ingress.port, settings.overlay.extraZones, settings.controller.adopt],
      [8443, ["agyn"], true],
    );
  });

  it("gives settings that nobody can change", () => {
    const { ingress, overlay } = settingsOf({ "overlay.extraZones": ["agyn"] });
    assert.throws(() => Object.assign(ingress.tls, { hsts: true }), TypeError);
    assert.throws(() => Object.assign(overlay.extraZones, { 1: "x" }), TypeError);
  });
});
