import * as assert from "node:assert/strict";
import { productionConfig, productionSecrets } from "../support/production-config";
import { findOne, ofType, registerProgram, type Run } from "../support/registrations";

const statefulSet = "kubernetes:apps/v1:StatefulSet";
const claim = "kubernetes:core/v1:PersistentVolumeClaim";
const secret = "kubernetes:core/v1:Secret";

interface Env {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef: { readonly name: string; readonly key: string } };
}

function stringData(run: Run, name: string): Record<string, string> {
  return findOne(run, secret, name).inputs.stringData as Record<string, string>;
}

function environment(run: Run, type: string): readonly Env[] {
  const { spec } = findOne(run, type).inputs as {
    spec: { template: { spec: { containers: readonly { env: readonly Env[] }[] } } };
  };
  return spec.template.spec.containers[0]?.env ?? [];
}

describe("Ziti Management in bootstrap, with nothing configured", () => {
  let run: Run;
  before(async () => {
    run = await registerProgram("dev", {});
  });

  it("has a database of the stack's own, whose generated password its URL carries, as a secret", () => {
    const { url } = stringData(run, "overlay-ziti-management-database-secret");
    const host = "ziti-management-db.agyn-platform.svc:5432";
    const password = "generated-overlay-ziti-management-db-password";
    assert.equal(url, `postgres://ziti_management:${password}@${host}/ziti_management?sslmode=disable`);
    assert.deepEqual(stringData(run, "overlay-ziti-management-db-secret"), { password });
    for (const { name, secrets } of ofType(run, secret)) {
      assert.ok(
        secrets.some((path) => path.startsWith("stringData")),
        name,
      );
    }
    const used = environment(run, "kubernetes:apps/v1:Deployment").find(({ name }) => name === "DATABASE_URL");
    assert.deepEqual(used?.valueFrom, { secretKeyRef: { name: "ziti-management-database", key: "url" } });
    assert.doesNotMatch(JSON.stringify(findOne(run, statefulSet).inputs), /generated-/);
  });

  it("waits for it, and both wait for the sidecars that the mesh puts beside them", () => {
    const { dependsOn } = findOne(run, "kubernetes:apps/v1:Deployment");
    assert.ok(dependsOn.includes("overlay-ziti-management-db-stateful-set"));
    for (const type of ["kubernetes:apps/v1:Deployment", statefulSet]) {
      const { dependsOn: waits } = findOne(run, type);
      assert.ok(waits.includes("mesh-istiod") && waits.includes("mesh-namespace-platform"), type);
    }
  });

  it("keeps the database on a claim that goes with the stack, of the cluster's default class", () => {
    const { inputs } = findOne(run, claim, "overlay-ziti-management-db-volume");
    const { metadata, spec } = inputs as { metadata: { annotations: object }; spec: Record<string, unknown> };
    assert.deepEqual(metadata.annotations, { "pulumi.com/skipAwait": "true" });
    assert.ok(!("storageClassName" in spec));
    assert.ok(!("volumeClaimTemplates" in (findOne(run, statefulSet).inputs.spec as object)));
    const data = environment(run, statefulSet).find(({ name }) => name === "PGDATA");
    assert.equal(data?.value, "/var/lib/postgresql/data/pgdata");
  });

  it("is the only one that the mesh lets in to the database, by mutual TLS", () => {
    const name = "mesh-authorizationpolicy-agyn-platform-ziti-management-db";
    const { spec } = findOne(run, "kubernetes:security.istio.io/v1:AuthorizationPolicy", name).inputs;
    assert.deepEqual(spec, {
      selector: { matchLabels: { "app.kubernetes.io/name": "ziti-management-db" } },
      action: "ALLOW",
      rules: [
        {
          from: [{ source: { principals: ["cluster.local/ns/agyn-platform/sa/ziti-management"] } }],
          to: [{ operation: { ports: ["5432"] } }],
        },
      ],
    });
    const { spec: service } = findOne(run, "kubernetes:core/v1:Service", "overlay-ziti-management-db-service")
      .inputs as {
      spec: { ports: readonly object[] };
    };
    assert.deepEqual(service.ports, [{ name: "tcp-postgres", port: 5432, appProtocol: "tcp" }]);
  });

  it("is let through to the database by the network policies, and nobody else is", async () => {
    const policed = await registerProgram("dev", { networkPolicies: { enabled: true } });
    const inbound = ofType(policed, "kubernetes:networking.k8s.io/v1:NetworkPolicy").filter(({ inputs }) => {
      const { podSelector } = inputs.spec as { podSelector: { matchLabels?: Record<string, string> } };
      return podSelector.matchLabels?.["app.kubernetes.io/name"] === "ziti-management-db";
    });
    const ingress = inbound.flatMap(({ inputs }) => (inputs.spec as { ingress?: readonly object[] }).ingress ?? []);
    const labels = { "app.kubernetes.io/name": "ziti-management" };
    const ports = [{ protocol: "TCP", port: 5432 }];
    assert.equal(ingress.length, 1);
    assert.match(JSON.stringify(ingress[0]), new RegExp(JSON.stringify(labels)));
    assert.deepEqual((ingress[0] as { ports: object }).ports, ports);
  });

  it("logs in to the controller as an administrator of its own, with the certificate that the controller issued", () => {
    const { inputs } = findOne(run, "openziti:index:EnrolledIdentity");
    assert.deepEqual([inputs.namePrefix, inputs.isAdmin], ["ziti-management", true]);
    const files = stringData(run, "overlay-ziti-management-secret");
    assert.deepEqual([files["client.crt"], files["client.key"]], ["issued-certificate", "issued-key"]);
    assert.ok(!("username" in files) && !("password" in files));
    assert.equal(run.outputs.zitiManagementCertificateNotAfter, "2030-01-01T00:00:00.000Z");
  });
});

describe("Ziti Management with the operator's database", () => {
  it("uses its URL, and no PostgreSQL is installed", async () => {
    const run = await registerProgram("prod", productionConfig(), productionSecrets);
    const { zitiManagement } = productionConfig() as { zitiManagement: { database: string } };
    assert.equal(stringData(run, "overlay-ziti-management-database-secret").url, zitiManagement.database);
    assert.deepEqual([...ofType(run, statefulSet), ...ofType(run, claim)], []);
    const { secrets } = findOne(run, secret, "overlay-ziti-management-database-secret");
    assert.ok(secrets.some((path) => path.startsWith("stringData")));
    assert.ok(!JSON.stringify(run.outputs).includes("kF9-wQ2x"));
    const policies = ofType(run, "kubernetes:security.istio.io/v1:AuthorizationPolicy");
    assert.deepEqual(
      policies.filter(({ name }) => name.endsWith("ziti-management-db")),
      [],
    );
    const platform = policies.find(({ name }) => name.endsWith("-postgres"));
    assert.match(JSON.stringify(platform?.inputs), /sa\/ziti-management"/);
  });
});
