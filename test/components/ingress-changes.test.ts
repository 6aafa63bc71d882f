import * as assert from "node:assert/strict";
import { registerProgram, type Run, type StackConfig } from "../support/registrations";

function namesOf(run: Run): Map<string, string> {
  return new Map(run.registrations.map(({ type, name, inputs }) => [`${type} ${name}`, JSON.stringify(inputs)]));
}

function differences(one: Run, other: Run): string[] {
  const [before, after] = [namesOf(one), namesOf(other)];
  const names = [...new Set([...before.keys(), ...after.keys()])];
  return names
    .filter((name) => before.get(name) !== after.get(name))
    .map((name) => name.replace(/^.* /, ""))
    .sort();
}

interface Carriers {
  readonly ingress: StackConfig;
  /** Names of the resources that change with `ingress.port`, and with one host. */
  readonly byPort: readonly string[];
  readonly byHost: readonly string[];
}

// A public name leads into the cluster for its pods where the Service of the ingress is known.
const dnsLines = "overlay-cluster-dns";

const publicPolicy = "mesh-authorizationpolicy-istio-gateway-public-hosts";
// The overlay's own Services listen on the public port, and advertise it.
const overlay = ["overlay-controller", "overlay-router"];
const carriers: Readonly<Record<string, Carriers>> = {
  istio: {
    ingress: {},
    byPort: [
      ...overlay,
      "ingress-gateway",
      "ingress-gateway-istio-gateway-agyn-overlay",
      ...["apex", "chat", "console", "gateway", "media", "tracing"].map(
        (name) => `ingress-virtualservice-agyn-platform-public-${name}`,
      ),
      "ingress-virtualservice-istio-gateway-overlay-controller",
      "ingress-virtualservice-istio-gateway-overlay-router",
      "mesh-gateway",
    ],
    byHost: ["ingress-gateway", "ingress-virtualservice-agyn-platform-public-media", publicPolicy, dnsLines],
  },
  "gateway-api": {
    ingress: { provider: "gateway-api" },
    byPort: [
      ...overlay,
      "ingress-gateway",
      "ingress-httproute-istio-gateway-public-redirect",
      "overlay-tlsroute-ziti-overlay-controller",
      "overlay-tlsroute-ziti-overlay-router",
    ],
    byHost: [
      "ingress-certificate-istio-gateway-agyn-public-media",
      "ingress-gateway",
      "ingress-httproute-agyn-platform-public-media",
      "ingress-httproute-istio-gateway-public-redirect",
      publicPolicy,
      dnsLines,
    ],
  },
  "ingress and Traefik": {
    ingress: { provider: "ingress", controller: { entry: "mesh" } },
    byPort: [
      ...overlay,
      "ingress-middleware-agyn-platform-agyn-redirect",
      "overlay-ingressroutetcp-ziti-overlay-controller",
      "overlay-ingressroutetcp-ziti-overlay-router",
    ],
    byHost: ["ingress-ingress-agyn-platform-public-media-media-proxy", "ingress-ingress-agyn-platform-public-redirect"],
  },
  "ingress and another controller": {
    ingress: { provider: "ingress", className: "haproxy", controller: { entry: "plaintext" } },
    byPort: overlay,
    byHost: ["ingress-ingress-agyn-platform-public-media-media-proxy"],
  },
  none: { ingress: { provider: "none" }, byPort: overlay, byHost: [publicPolicy] },
};

describe("a change of the public side", () => {
  for (const [title, { ingress, byPort, byHost }] of Object.entries(carriers)) {
    it(`touches what carries the port or the host, and nothing else, with ${title}`, async () => {
      const run = (change: StackConfig) => registerProgram("dev", { ingress: { ...ingress, ...change } });
      const before = await run({});
      assert.deepEqual(differences(before, await run({ port: 2496 })), byPort.toSorted());
      const hosts = { media: "files.agyn.localhost" };
      assert.deepEqual(differences(before, await run({ hosts })), byHost.toSorted());
    });
  }
});
