import * as assert from "node:assert/strict";
import {
  findOne,
  ofType,
  registerFailing,
  registerProgram,
  type Registration,
  type Run,
} from "../support/registrations";

const release = "kubernetes:helm.sh/v3:Release";
const ziti = (run: Run, name: string) => findOne(run, release, name);
const values = ({ inputs }: Registration) => inputs.values as Record<string, Record<string, unknown>>;

describe("a managed controller", () => {
  describe("of one process", () => {
    let run: Run;
    before(async () => {
      run = await registerProgram("dev", { domain: "agyn.acme.io" });
    });

    it("comes after cert-manager, the overlay's namespace and trust-manager, in this order", () => {
      const trust = ziti(run, "overlay-trust-manager");
      assert.ok(trust.dependsOn.includes("ingress-cert-manager"));
      assert.ok(trust.dependsOn.includes("overlay-namespace"), "the chart puts a Role into it");
      assert.deepEqual(values(trust).app, { trust: { namespace: "ziti" } });
      assert.equal(trust.inputs.namespace, "cert-manager");
      const controller = ziti(run, "overlay-controller");
      for (const earlier of ["overlay-trust-manager", "overlay-admin-secret"]) {
        assert.ok(controller.dependsOn.includes(earlier), earlier);
      }
    });

    it("is standalone under a fixed trust domain, with the generated administrator", () => {
      const { cluster, ...rest } = values(ziti(run, "overlay-controller"));
      assert.deepEqual(cluster, { mode: "standalone", trustDomain: "ziti.agyn.acme.io" });
      assert.equal(rest.useCustomAdminSecret, true);
      assert.equal(rest.customAdminSecretName, "ziti-controller-admin");
    });

    it("serves the management API on a listener of its own, inside the cluster only", () => {
      const { managementApi, clientApi } = values(ziti(run, "overlay-controller"));
      assert.equal(managementApi?.containerPort, 1281);
      assert.equal(managementApi.advertisedPort, 1281);
      assert.equal(managementApi.advertisedHost, "ziti-controller-mgmt");
      assert.deepEqual(managementApi.service, { enabled: true, type: "ClusterIP" });
      assert.deepEqual(clientApi?.service, { enabled: true, type: "ClusterIP" });
      const routed = JSON.stringify(ofType(run, "kubernetes:networking.istio.io/v1:VirtualService"));
      assert.ok(routed.includes("ziti-controller-client") && !routed.includes("-mgmt") && !routed.includes("1281"));
    });

    it("advertises the names that the ingress passes through, on the public port", () => {
      const gateway = findOne(
        run,
        "kubernetes:networking.istio.io/v1:Gateway",
        "ingress-gateway-istio-gateway-agyn-overlay",
      );
      const { servers } = gateway.inputs.spec as { servers: { hosts: string[]; port: { number: number } }[] };
      const [controller, router] = [values(ziti(run, "overlay-controller")), values(ziti(run, "overlay-router"))];
      assert.deepEqual(servers[0]?.hosts, [controller.clientApi?.advertisedHost, router.edge?.advertisedHost]);
      for (const port of [controller.clientApi?.advertisedPort, router.edge?.advertisedPort]) {
        assert.equal(port, servers[0]?.port.number);
      }
    });

    it("enrolls its router with a token that stands in a Secret and in no release", () => {
      const enrollment = findOne(run, "kubernetes:core/v1:Secret", "overlay-router-enrollment");
      const token = (enrollment.inputs.stringData as { enrollmentJwt: string }).enrollmentJwt;
      assert.ok(token.length > 0 && enrollment.secrets.includes("stringData"));
      const router = ziti(run, "overlay-router");
      assert.ok(router.dependsOn.includes("overlay-router-enrollment"));
      assert.equal(values(router).enrollmentJwtFromSecret, true);
      assert.equal(values(router).enrollmentJwtSecretName, (enrollment.inputs.metadata as { name: string }).name);
      for (const one of ofType(run, release)) assert.ok(!JSON.stringify(one.inputs).includes(token), one.name);
    });

    it("keeps its router's identity in a volume that no failed release takes along", () => {
      const volume = findOne(run, "kubernetes:core/v1:PersistentVolumeClaim", "overlay-router-volume");
      const { name, annotations } = volume.inputs.metadata as { name: string; annotations: object };
      assert.deepEqual(values(ziti(run, "overlay-router")).persistence, { enabled: true, existingClaim: name });
      assert.deepEqual(
        annotations,
        { "pulumi.com/skipAwait": "true" },
        "it binds when the pod comes, which waits for it",
      );
      const router = findOne(run, "openziti:index:EdgeRouter");
      assert.equal(router.inputs.volume, "uid-of-overlay-router-volume");
    });

    it("hands its router's pod every new token: the Secret follows, and the pod rolls", () => {
      const enrollment = findOne(run, "kubernetes:core/v1:Secret", "overlay-router-enrollment");
      assert.deepEqual(enrollment.ignored, []);
      const { podAnnotations } = values(ziti(run, "overlay-router"));
      assert.deepEqual(podAnnotations, { "agyn-networking/enrollment-ends": "2099-01-01T00:00:00Z" });
    });

    it("is waited for until its API answers, before anything is kept in it, and its router until it is online", () => {
      const ready = findOne(run, "openziti:index:ReadyController");
      assert.ok(ready.dependsOn.includes("overlay-controller"));
      assert.equal(ready.inputs.members, undefined);
      for (const one of [...ofType(run, "openziti:index:Service"), findOne(run, "openziti:index:EdgeRouter")]) {
        assert.ok(one.dependsOn.includes("overlay-controller-ready"), one.name);
      }
      const online = findOne(run, "openziti:index:OnlineRouter");
      assert.equal(online.inputs.routerId, "overlay-edge-router-id");
      assert.match(String(online.inputs.look), /kubectl -n ziti .*deploy\/ziti-router/);
    });

    it("has one address, and no Service that leads to several", () => {
      const { url, portForward } = findOne(run, "pulumi:providers:openziti", "overlay-controller").inputs;
      assert.equal(url, "https://ziti-controller-mgmt.ziti.svc:1281");
      assert.deepEqual(portForward, { namespace: "ziti", service: "ziti-controller-mgmt", port: 1281 });
      assert.deepEqual(ofType(run, "kubernetes:networking.istio.io/v1:DestinationRule"), []);
      assert.equal("dnsNames" in (values(ziti(run, "overlay-controller")).managementApi ?? {}), false);
      assert.deepEqual(values(ziti(run, "overlay-router")).ctrl, { endpoint: "ziti-controller-client.ziti.svc:443" });
    });

    it("is the reason for trust-manager: without it there is none", async () => {
      const controller = {
        manage: false,
        url: "https://ziti.acme.io:1281",
        reach: "direct",
        username: "admin",
        password: "long-enough-1",
      };
      const { ca } = (await import("../support/contract-double.js")).tlsFixtures;
      const own = await registerProgram("dev", { controller: { ...controller, ca } });
      const names = ofType(own, release).map(({ inputs }) => inputs.name);
      assert.ok(names.includes("cert-manager") && !names.includes("trust-manager"));
    });
  });

  describe("of three nodes", () => {
    const names = ["overlay-controller", "overlay-controller-2", "overlay-controller-3"];
    let run: Run;
    before(async () => {
      run = await registerProgram("dev", { domain: "agyn.acme.io", controller: { mode: "cluster" } });
    });

    it("is three releases, each of which joins those before it", () => {
      const releases = names.map((name) => ziti(run, name));
      assert.deepEqual(
        releases.map((one) => [one.inputs.name, values(one).cluster?.mode, values(one).cluster?.nodeName]),
        [
          ["ziti-controller", "cluster-init", "ziti-controller"],
          ["ziti-controller-2", "cluster-join", "ziti-controller-2"],
          ["ziti-controller-3", "cluster-join", "ziti-controller-3"],
        ],
      );
      assert.ok(releases[1]?.dependsOn.includes(names[0]!) && releases[2]?.dependsOn.includes(names[1]!));
      for (const one of releases.slice(1))
        assert.equal(values(one).cluster?.endpoint, "ziti-controller-client.ziti.svc:443");
    });

    it("forms: every node is waited for and asked in under the name that its certificate has", () => {
      const { inputs, dependsOn } = findOne(run, "openziti:index:ReadyController");
      const members = ["ziti-controller", "ziti-controller-2", "ziti-controller-3"];
      assert.deepEqual(
        inputs.members,
        members.map((id) => ({ id, address: `tls:${id}-client.ziti.svc:443` })),
      );
      for (const name of names) assert.ok(dependsOn.includes(name), name);
    });

    it("has one trust domain and one authority, and gives the administrator to the first node alone", () => {
      const [first, ...others] = names.map((name) => values(ziti(run, name)));
      assert.equal(first?.useCustomAdminSecret, true);
      for (const other of others) {
        assert.equal(other.cluster?.trustDomain, first.cluster?.trustDomain);
        assert.equal("useCustomAdminSecret" in other, false);
        const issuer = { name: "ziti-controller-edge-root-issuer", kind: "Issuer", group: "cert-manager.io" };
        assert.deepEqual(other.edgeSignerPki, { alternativeIssuer: issuer });
        assert.deepEqual(other.ctrlPlaneCasBundle, { configMapName: "ziti-controller-ctrl-plane-cas" });
      }
    });

    it("gives every node a public name of its own, passed through to its own Service", () => {
      const hosts = names.map((name) => values(ziti(run, name)).clientApi?.advertisedHost);
      assert.deepEqual(hosts, ["ziti.agyn.acme.io", "ziti-2.agyn.acme.io", "ziti-3.agyn.acme.io"]);
      const routed = ofType(run, "kubernetes:networking.istio.io/v1:VirtualService").map(({ inputs }) =>
        JSON.stringify(inputs),
      );
      for (const [index, host] of hosts.entries()) {
        const service = `ziti-controller${index === 0 ? "" : `-${index + 1}`}-client.ziti.svc`;
        assert.ok(
          routed.some((text) => text.includes(`"${String(host)}"`) && text.includes(service)),
          service,
        );
      }
    });

    const management = ["ziti-controller-mgmt", "ziti-controller-2-mgmt", "ziti-controller-3-mgmt"];

    it("is managed through any of its nodes: each has an address and a port-forward of its own", () => {
      const { inputs } = findOne(run, "pulumi:providers:openziti", "overlay-controller");
      assert.deepEqual(
        String(inputs.url).split(","),
        management.map((service) => `https://${service}.ziti.svc:1281`),
      );
      const { service, ...place } = inputs.portForward as { service: string };
      assert.deepEqual(service.split(","), management);
      assert.deepEqual(place, { namespace: "ziti", port: 1281 });
    });

    it("leads Ziti Management, which takes one address, to whichever node works, and each pod to the same one", () => {
      const secret = findOne(run, "kubernetes:core/v1:Secret", "overlay-ziti-management-secret");
      const { controllerUrl } = secret.inputs.stringData as { controllerUrl: string };
      assert.equal(controllerUrl, "https://ziti-controller-mgmt-any.ziti.svc:1281");
      const service = findOne(run, "kubernetes:core/v1:Service", "overlay-shared-management");
      const { selector, sessionAffinity, type } = service.inputs.spec as Record<string, unknown>;
      assert.deepEqual([selector, sessionAffinity], [{ "app.kubernetes.io/name": "ziti-controller" }, "ClientIP"]);
      assert.equal(type, undefined, "it stays inside the cluster");
      const { spec } = findOne(run, "kubernetes:networking.istio.io/v1:DestinationRule").inputs;
      assert.deepEqual(spec, {
        host: "ziti-controller-mgmt-any.ziti.svc.cluster.local",
        trafficPolicy: { loadBalancer: { consistentHash: { useSourceIp: true } } },
      });
      const deployment = findOne(run, "kubernetes:apps/v1:Deployment", "overlay-ziti-management-deployment");
      assert.ok(deployment.dependsOn.includes("overlay-shared-management"));
    });

    it("lets a new router in while the first node is away: it is told no single endpoint, its token has all", () => {
      assert.equal("ctrl" in values(ziti(run, "overlay-router")), false);
    });

    it("is refused for a controller that is not managed", async () => {
      const { error } = await registerFailing("dev", { controller: { manage: false, mode: "cluster" } });
      assert.match(String(error), /controller\.mode {2}has no effect/);
    });
  });
});
