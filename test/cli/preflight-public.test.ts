import assert from "node:assert/strict";
import { examinePublicSide } from "../../cli/preflight/examine";
import type { Condition, Permission } from "../../kubernetes/reading";
import type { PublicFinding } from "../../cli/preflight/finding";
import type { Conditioned, Gateway, PublicFacts } from "../../cli/preflight/public-facts";
import { loadModel } from "../../config/model";
import type { ByPath } from "../config/parsing";
import { settingsWith } from "./preflight-facts";

const issuerName = { "ingress.tls.issuer.name": "letsencrypt" };
const gatewayApi = { ...issuerName, "ingress.provider": "gateway-api" };
const traefik = { ...issuerName, "ingress.provider": "ingress", "ingress.controller.entry": "mesh" };
const traefikGateways = { ...gatewayApi, "ingress.className": "traefik", "ingress.controller.entry": "mesh" };

function conditioned(name: string, ...conditions: Condition[]): Conditioned {
  return { metadata: { name }, status: { conditions } };
}

const ready = { type: "Ready", status: "True", reason: "ACMEAccountRegistered", message: "The account was registered" };
const accepted = { type: "Accepted", status: "True" };

/** A cluster that has everything the settings ask for, whatever the provider. */
const healthy: PublicFacts = {
  issuers: { value: [conditioned("letsencrypt", ready)] },
  classes: { value: [conditioned("traefik", accepted), conditioned("istio", accepted)] },
  gatewayApi: { value: ["gateways", "httproutes", "tlsroutes"] },
  bundle: { value: "v1.5.1" },
  gateways: { value: [] },
};

function istioGateway(hosts: readonly string[], changes: Partial<Gateway["spec"]> = {}, name = "other"): Gateway {
  const servers = [{ port: { number: 443 }, hosts }];
  return {
    metadata: { name, namespace: "shop" },
    spec: { selector: { istio: "ingressgateway" }, servers, ...changes },
  };
}

function listening(hostname: string | undefined, gatewayClassName = "traefik", port = 443): Gateway {
  return {
    metadata: { name: "other", namespace: "shop" },
    spec: { gatewayClassName, listeners: [{ name: "tls", port, hostname }] },
  };
}

function examine(settings: ByPath, facts: Partial<PublicFacts>): PublicFinding[] {
  return examinePublicSide({ ...healthy, ...facts }, loadModel(settingsWith(settings)));
}

const lacks = (resource: string): { lacks: Permission } => ({ lacks: { verb: "list", resource } });

interface Case {
  readonly title: string;
  readonly settings: ByPath;
  readonly facts: Partial<PublicFacts>;
  readonly verdict: PublicFinding["verdict"];
  readonly text: RegExp;
}

// The text is subject, cause and fix.
// prettier-ignore
const cases: readonly Case[] = [
  { title: "an issuer that does not exist, and names those that do", settings: issuerName, facts: { issuers: { value: [conditioned("staging"), conditioned("internal")] } }, verdict: "fail", text: /^ClusterIssuer letsencrypt does not exist \(there are internal, staging\).*issuer\.name' <name>$/ },
  { title: "an issuer where there is none", settings: issuerName, facts: { issuers: { value: [] } }, verdict: "fail", text: /there is none/ },
  { title: "an issuer beside the certificates that does not exist", settings: { ...issuerName, "ingress.tls.issuer.kind": "Issuer" }, facts: { issuers: { value: [] } }, verdict: "fail", text: /^Issuer istio-gateway\/letsencrypt does not exist/ },
  { title: "an issuer that is not ready, in cert-manager's words", settings: issuerName, facts: { issuers: { value: [conditioned("letsencrypt", { type: "Ready", status: "False", reason: "ErrInitIssuer", message: 'secret "account" not found' })] } }, verdict: "fail", text: /cert-manager says: ErrInitIssuer: secret "account" not found .*kubectl describe clusterissuer letsencrypt$/ },
  { title: "an issuer that nobody looked at", settings: issuerName, facts: { issuers: { value: [conditioned("letsencrypt")] } }, verdict: "unknown", text: /has not reported on it.*kubectl get pods/ },
  { title: "an issuer that it may not see", settings: issuerName, facts: { issuers: lacks("clusterissuers.cert-manager.io") }, verdict: "unknown", text: /may not list clusterissuers\.cert-manager\.io in the whole cluster/ },
  { title: "its own issuer before the first run", settings: {}, facts: { issuers: { value: [] } }, verdict: "warn", text: /^ClusterIssuer agyn-bootstrap-ca does not exist yet/ },
  { title: "an IngressClass that does not exist, and names those that do", settings: traefik, facts: { classes: { value: [conditioned("nginx"), conditioned("haproxy")] } }, verdict: "fail", text: /^IngressClass traefik does not exist \(there are haproxy, nginx\).*className' <name>$/ },
  { title: "a GatewayClass that does not exist", settings: traefikGateways, facts: { classes: { value: [conditioned("istio")] } }, verdict: "fail", text: /^GatewayClass traefik does not exist \(there are istio\)/ },
  { title: "a GatewayClass of the Istio that it is going to install", settings: gatewayApi, facts: { classes: { value: [] } }, verdict: "warn", text: /^GatewayClass istio does not exist yet/ },
  { title: "a GatewayClass that its controller refuses", settings: gatewayApi, facts: { classes: { value: [conditioned("istio", { ...accepted, status: "False", reason: "InvalidParameters", message: "no such parameters" })] } }, verdict: "fail", text: /refuses it: InvalidParameters: no such parameters/ },
  { title: "a GatewayClass that no controller took", settings: gatewayApi, facts: { classes: { value: [conditioned("istio", { ...accepted, status: "Unknown" })] } }, verdict: "unknown", text: /no controller has accepted it/ },
  { title: "a cluster without the Gateway API", settings: traefikGateways, facts: { gatewayApi: { value: [] }, bundle: { value: undefined }, classes: { value: [] } }, verdict: "fail", text: /gateways, httproutes are not served in v1.*1\.5 or newer/ },
  { title: "a Gateway API before 1.5", settings: gatewayApi, facts: { gatewayApi: { value: ["gateways", "httproutes"] }, bundle: { value: "v1.4.1" } }, verdict: "fail", text: /v1\.4\.1, at least 1\.5 is needed: .*passthrough .* would vanish/ },
  { title: "an old Gateway API with TLSRoute from elsewhere", settings: gatewayApi, facts: { bundle: { value: "v1.4.1" } }, verdict: "fail", text: /v1\.4\.1, at least 1\.5/ },
  { title: "a Gateway API without TLSRoute that does not tell its version", settings: gatewayApi, facts: { gatewayApi: { value: ["gateways", "httproutes"] }, bundle: { value: undefined } }, verdict: "fail", text: /do not tell/ },
  { title: "a foreign Gateway with a wildcard over the overlay's names", settings: issuerName, facts: { gateways: { value: [istioGateway(["*.agyn.localhost"])] } }, verdict: "warn", text: /^Gateway shop\/other its host \*\.agyn\.localhost on port 443 covers ziti\.agyn\.localhost, ziti-router\.agyn\.localhost/ },
  { title: "a foreign Gateway for every host of a namespace, without a selector", settings: issuerName, facts: { gateways: { value: [istioGateway(["shop/*"], { selector: undefined })] } }, verdict: "warn", text: /its host \* on port 443/ },
  { title: "a foreign Gateway that names one of the overlay's names", settings: issuerName, facts: { gateways: { value: [istioGateway(["ziti.agyn.localhost"])] } }, verdict: "fail", text: /names ziti\.agyn\.localhost on port 443 too/ },
  { title: "a listener of the same class without a host", settings: traefikGateways, facts: { gateways: { value: [listening(undefined)] } }, verdict: "warn", text: /its host \* on port 443/ },
  { title: "Gateways that it may not see", settings: issuerName, facts: { gateways: lacks("gateways.networking.istio.io") }, verdict: "unknown", text: /may not list gateways\.networking\.istio\.io/ },
];

const harmless: readonly (readonly [string, ByPath, Gateway])[] = [
  ["of other pods", issuerName, istioGateway(["*"], { selector: { istio: "egressgateway" } })],
  ["on another port", issuerName, istioGateway(["*"], { servers: [{ port: { number: 8443 }, hosts: ["*"] }] })],
  ["of another domain", issuerName, istioGateway(["*.elsewhere.test"])],
  ["of the same class on another port", traefikGateways, listening(undefined, "traefik", 8443)],
  ["of another class", traefikGateways, listening(undefined, "istio")],
  ["of Istio's class, which has pods of its own", gatewayApi, listening(undefined, "istio")],
];

describe("preflight of the public side", () => {
  for (const settings of [issuerName, gatewayApi, traefik, traefikGateways]) {
    it(`finds nothing wrong where everything is there with ${JSON.stringify(settings)}`, () => {
      const findings = examine(settings, {});
      assert.notEqual(findings.length, 0);
      assert.deepEqual(
        findings.filter(({ verdict }) => verdict !== "pass"),
        [],
      );
    });
  }

  for (const { title, settings, facts, verdict, text } of cases) {
    it(`${verdict === "unknown" ? "cannot judge" : `${verdict}s with`} ${title}`, () => {
      const findings = examine(settings, facts).filter((finding) => finding.verdict !== "pass");
      assert.deepEqual(
        findings.map((finding) => finding.verdict),
        [verdict],
        JSON.stringify(findings),
      );
      const [finding] = findings;
      assert.match(`${finding?.subject} ${finding?.cause} ${finding?.fix}`, text);
    });
  }

  for (const [title, settings, gateway] of harmless) {
    it(`does not mind a Gateway ${title}`, () =>
      assert.ok(examine(settings, { gateways: { value: [gateway] } }).every(({ verdict }) => verdict === "pass")));
  }

  it("knows its own Gateways", () => {
    const own = ["agyn", "agyn-overlay"].map((name) => {
      const gateway = istioGateway(["ziti.agyn.localhost"], {}, name);
      return { ...gateway, metadata: { name, namespace: "istio-gateway" } };
    });
    assert.ok(examine(issuerName, { gateways: { value: own } }).every(({ verdict }) => verdict === "pass"));
  });

  it("asks no definition for passthrough where the controller is the operator's", () => {
    const elsewhere = { gatewayApi: { value: ["gateways", "httproutes"] }, bundle: { value: "v1.4.1" } };
    const model = loadModel(settingsWith(gatewayApi));
    const own = { ...model, options: { ...model.options, controller: { ...model.options.controller, manage: false } } };
    const findings = examinePublicSide({ ...healthy, ...elsewhere, gateways: { value: [istioGateway(["*"])] } }, own);
    assert.ok(findings.every(({ verdict }) => verdict === "pass"));
  });
});
