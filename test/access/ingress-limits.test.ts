import assert from "node:assert/strict";
import { describeIngressLimits } from "../../access/model/ingress-limits";
import type { IngressOptions } from "../../access/model/options";
import { optionsWith } from "./options";
import { optionsFor, type ProviderCase } from "./render/public-providers";

const everything: Partial<IngressOptions> = {
  minTlsVersion: "1.3",
  redirectHttp: true,
  tls: { ...optionsWith().ingress.tls, hsts: true, mode: "wildcard" },
};
const nothing: Partial<IngressOptions> = { minTlsVersion: "1.2", redirectHttp: false };

function namesOf(provider: ProviderCase, changes: Partial<IngressOptions>, passesThrough = true): string[] {
  const limits = describeIngressLimits(optionsFor(provider, changes).ingress, passesThrough);
  for (const limit of limits) assert.match(limit, /^\w+: .+\.$/);
  return limits.map((limit) => limit.split(":")[0] ?? "");
}

describe("the limits of an ingress provider", () => {
  for (const provider of ["istio", "traefik", "none"] as const) {
    it(`are none with ${provider}`, () => assert.deepEqual(namesOf(provider, everything), []));
  }

  it("are named when the Gateway API is asked for what it has no field for", () => {
    assert.deepEqual(namesOf("gatewayApi", everything), ["minTlsVersion", "sharedConnections"]);
    assert.deepEqual(namesOf("gatewayApi", nothing), []);
  });

  it("are named when plain Kubernetes Ingress is asked for more than routes", () => {
    const asked = ["pathRewrite", "passthrough", "redirect", "minTlsVersion", "hsts", "identityHeader"];
    assert.deepEqual(namesOf("generic", everything), asked);
    assert.deepEqual(namesOf("generic", nothing, false), ["pathRewrite", "identityHeader"]);
    const controller = { kind: "generic", entry: "mesh", namespace: "edge", serviceAccount: "edge" } as const;
    assert.ok(namesOf("generic", { ...nothing, controller }).includes("upstreamName"));
  });
});
