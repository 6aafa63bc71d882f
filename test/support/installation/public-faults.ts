import { ingressNames } from "../../../access/render/routes";
import { at, hosts, platform, withSpec, type Fault } from "./fault";

const istio = "networking.istio.io/v1";
const route = (name: string) => at(istio, "VirtualService", platform, name);
const gateway = at(istio, "Gateway", "istio-gateway", ingressNames.gateway);
const certificate = at("cert-manager.io/v1", "Certificate", "istio-gateway", ingressNames.certificate);
const secret = at("v1", "Secret", "istio-gateway", ingressNames.secret);

const claim = (name: string, host: string) => ({
  apiVersion: "networking.istio.io/v1",
  kind: "VirtualService",
  metadata: { name, namespace: "default" },
  spec: { hosts: [host], gateways: ["istio-gateway/agyn"], http: [{ route: [{ destination: { host: "x" } }] }] },
});

/** What goes wrong with what the public sees, and with what is behind it. */
export const publicFaults: readonly Fault[] = [
  {
    title: "a deleted route",
    inject: (world) => world.remove(route("public-chat")),
    check: "routes",
    subject: /VirtualService agyn-platform\/public-chat$/,
    cause: /is missing: .*404/,
  },
  {
    title: "a second route for a host",
    inject: (world) => world.add(claim("shadow", hosts(world)[0] ?? "")),
    check: "routes",
    subject: /^chat\./,
    cause: /default\/shadow claims it too.*bare 404/,
  },
  {
    title: "a gateway without listeners",
    inject: (world) => world.change(gateway, withSpec({ servers: [] })),
    check: "routes",
    subject: /Gateway istio-gateway\/agyn$/,
    cause: /changed by hand at spec\.servers/,
  },
  {
    title: "a Certificate that is not Ready",
    inject: (world) =>
      world.change(certificate, (object) => ({
        ...object,
        status: {
          conditions: [{ type: "Ready", status: "False", reason: "DoesNotExist", message: "issuer not found" }],
        },
      })),
    check: "certificates",
    subject: /Certificate agyn-public-hosts$/,
    cause: /issuer not found/,
  },
  {
    title: "an expired certificate in the Secret",
    inject: (world) => world.storeCertificate(hosts(world), -2),
    check: "certificates",
    subject: /Secret istio-gateway\/agyn-public-hosts-tls$/,
    cause: /^expired on/,
  },
  {
    title: "a certificate that was not renewed",
    inject: (world) => world.storeCertificate(hosts(world), 5),
    check: "certificates",
    verdict: "warn",
    subject: /agyn-public-hosts-tls$/,
    cause: /expires on .* was not renewed/,
  },
  {
    title: "a certificate for other names",
    inject: (world) => world.storeCertificate(hosts(world).slice(1), 90),
    check: "certificates",
    subject: /agyn-public-hosts-tls$/,
    cause: /does not name chat\./,
  },
  {
    title: "a missing TLS Secret",
    inject: (world) => world.remove(secret),
    check: "certificates",
    subject: /agyn-public-hosts-tls$/,
    cause: /does not exist: .*connections are reset/,
  },
  {
    title: "an ingress that still serves an expired certificate",
    inject: (world) => world.serveCertificate(hosts(world), -2),
    check: "tls",
    lines: 6,
    subject: /agyn\.localhost$/,
    cause: /has expired \(CERT_HAS_EXPIRED\)/,
  },
  {
    title: "a DNS record that was removed",
    inject: (world) => world.redirect(hosts(world)[1] ?? "", []),
    check: "names",
    subject: /^console\./,
    cause: /no DNS record/,
  },
  {
    title: "a DNS record that leads elsewhere",
    inject: (world) => world.redirect(world.model.options.controller.advertisedHost, ["192.0.2.7"]),
    check: "names",
    subject: /^ziti\./,
    cause: /leads to 192\.0\.2\.7/,
  },
  {
    title: "a public Service in the platform",
    inject: (world) =>
      world.add({
        apiVersion: "v1",
        kind: "Service",
        metadata: { name: "gateway-public", namespace: platform },
        spec: { type: "NodePort", ports: [{ name: "http", port: 8080 }], selector: { app: "gateway" } },
      }),
    check: "exposure",
    subject: /Service agyn-platform\/gateway-public$/,
    cause: /is of type NodePort/,
  },
  {
    title: "a Service whose pods are gone",
    inject: (world) => world.remove(at("v1", "Pod", platform, "metering-0")),
    check: "backends",
    subject: /Service metering$/,
    cause: /produced zero addresses/,
  },
];
