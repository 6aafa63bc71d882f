import * as assert from "node:assert/strict";
import { readFixture } from "../support/fixtures";
import { productionConfig, productionSecrets } from "../support/production-config";
import { findOne, ofType, registerProgram, type Registration, type Run } from "../support/registrations";

const policyNames = [
  "gateway-bind",
  "gateway-dial",
  "llm-proxy-bind",
  "llm-proxy-dial",
  "tracing-bind",
  "tracing-dial",
  "runners-bind",
  "orchestrators-dial-runners",
  "apps-bind",
  "apps-dial-gateway",
];

interface PodTemplate {
  readonly metadata: { readonly annotations: Record<string, string>; readonly labels: Record<string, string> };
  readonly spec: {
    readonly serviceAccountName: string;
    readonly containers: readonly {
      readonly env: readonly Record<string, unknown>[];
      readonly volumeMounts: unknown;
    }[];
    readonly volumes: readonly Record<string, unknown>[];
  };
}

function podTemplate(run: Run): PodTemplate {
  const { spec } = findOne(run, "kubernetes:apps/v1:Deployment").inputs as { spec: { template: PodTemplate } };
  return spec.template;
}

const serviceAccount = "kubernetes:core/v1:ServiceAccount";
const database = "postgres://operator:kF9-wQ2x@postgres:5432/ziti_management?sslmode=disable";

const ownController = {
  manage: false,
  reach: "direct",
  url: "https://ziti.internal:1281",
  ca: readFixture("tls/ca.crt"),
  username: "admin",
};

describe("the overlay", () => {
  let run: Run;
  before(async () => {
    run = await registerProgram("dev", { overlay: { platformExtras: false } });
  });

  it("holds the specification's three services, each with an intercept and a host config", () => {
    assert.deepEqual(
      ofType(run, "openziti:index:Service").map(({ inputs }) => [inputs.name, (inputs.configs as string[]).length]),
      [
        ["gateway", 2],
        ["llm-proxy", 2],
        ["tracing", 2],
      ],
    );
  });

  it("holds the specification's ten policies and no other", () => {
    const names = ofType(run, "openziti:index:ServicePolicy").map(({ inputs }) => inputs.name as string);
    assert.deepEqual(names.sort(), [...policyNames].sort());
  });

  it("lets services and identities use routers, by both grants", () => {
    findOne(run, "openziti:index:EdgeRouterPolicy");
    findOne(run, "openziti:index:ServiceEdgeRouterPolicy");
  });

  it("refers to services by the id of the object in the same program", () => {
    const { inputs } = findOne(run, "openziti:index:ServicePolicy", "overlay-policy-gateway-dial");
    assert.deepEqual(inputs.serviceRoles, ["@overlay-service-gateway-id"]);
  });

  it("logs in to a managed controller with a generated password that is secret wherever it goes", () => {
    findOne(run, "random:index/randomPassword:RandomPassword", "overlay-admin-password");
    assert.ok(findOne(run, "pulumi:providers:openziti", "overlay-controller").secrets.includes("password"));
    for (const { name, secrets } of ofType(run, "kubernetes:core/v1:Secret")) {
      assert.ok(
        secrets.some((path) => path.startsWith("stringData")),
        `${name} keeps its content secret`,
      );
    }
  });

  it("reaches a managed controller through the API server, with the cluster's own kubeconfig as a secret", async () => {
    const kubernetes = { context: "kind", kubeconfig: "apiVersion: v1\nkind: Config\n" };
    const { inputs, secrets } = findOne(
      await registerProgram("dev", { kubernetes }),
      "pulumi:providers:openziti",
      "overlay-controller",
    );
    const service = { namespace: "ziti", service: "ziti-controller-mgmt", port: 1281 };
    assert.deepEqual(inputs.portForward, { ...kubernetes, ...service });
    assert.ok(secrets.includes("portForward"));
    assert.deepEqual(findOne(run, "pulumi:providers:openziti", "overlay-controller").inputs.portForward, service);
  });

  it("connects to a controller itself where the address is reachable", async () => {
    const direct = await registerProgram("dev", { controller: { ...ownController, password: "first-password" } });
    assert.equal("portForward" in findOne(direct, "pulumi:providers:openziti", "overlay-controller").inputs, false);
  });

  it("hands Ziti Management its credential as files of a Secret, without an enrollment token", () => {
    const { spec } = podTemplate(run);
    assert.equal(spec.serviceAccountName, "ziti-management");
    assert.deepEqual(spec.volumes, [
      { name: "credential", secret: { secretName: "ziti-management-credentials", defaultMode: 0o440 } },
    ]);
    const token = spec.containers[0]?.env.find(({ name }) => name === "ZITI_ENROLLMENT_JWT_FILE");
    assert.deepEqual(token, { name: "ZITI_ENROLLMENT_JWT_FILE" });
    const claims = ofType(run, "kubernetes:core/v1:PersistentVolumeClaim").map(({ name }) => name);
    assert.deepEqual(claims, ["overlay-router-volume", "overlay-ziti-management-db-volume"]);
  });

  it("runs Ziti Management under the account that the mesh's policies know it by", async () => {
    const serviceAccounts = [{ service: "ziti-management", serviceAccount: "overlay-operator" }];
    const renamed = await registerProgram("dev", { mesh: { serviceAccounts } });
    assert.equal(podTemplate(renamed).spec.serviceAccountName, "overlay-operator");
    const { metadata } = findOne(renamed, serviceAccount, "overlay-ziti-management-service-account").inputs as {
      metadata: { name: string };
    };
    assert.equal(metadata.name, "overlay-operator");
    const policies = ofType(renamed, "kubernetes:security.istio.io/v1:AuthorizationPolicy");
    assert.ok(!JSON.stringify(policies).includes('sa/ziti-management"'));
  });

  it("manages the Secret alone when the platform's own charts deploy Ziti Management", async () => {
    const secretOnly = await registerProgram("dev", { zitiManagement: { deploy: false } });
    findOne(secretOnly, "kubernetes:core/v1:Secret", "overlay-ziti-management-secret");
    findOne(secretOnly, "openziti:index:EnrolledIdentity");
    const kinds = ["apps/v1:Deployment", "apps/v1:StatefulSet", "core/v1:ServiceAccount", "core/v1:Service"];
    for (const type of kinds) assert.deepEqual(ofType(secretOnly, `kubernetes:${type}`), []);
    // The router's own.
    findOne(secretOnly, "kubernetes:core/v1:PersistentVolumeClaim", "overlay-router-volume");
    assert.equal(ofType(secretOnly, "kubernetes:core/v1:PersistentVolumeClaim").length, 1);
  });

  it("rolls Ziti Management when its credential changes, and only then", async () => {
    const checksum = async (certificate: string, config: object = {}, password = "first-password") => {
      const all = { controller: { ...ownController, password }, ...config };
      const { annotations } = podTemplate(await registerProgram("dev", all, [], { certificate })).metadata;
      return annotations["agyn-networking/credential-checksum"];
    };
    const first = await checksum("first");
    assert.equal(await checksum("first"), first);
    assert.notEqual(await checksum("second"), first);
    assert.notEqual(await checksum("first", { zitiManagement: { database } }), first);
    assert.equal(await checksum("first", {}, "second-password"), first, "the stack's own credential is not its own");
  });

  it("says how long the credential lives", async () => {
    assert.deepEqual(run.outputs.overlayCredential, { kind: "generated" });
    const { overlayCredential } = (await registerProgram("prod", productionConfig(), productionSecrets)).outputs;
    const { kind, notAfter, daysLeft } = overlayCredential as Record<string, unknown>;
    assert.deepEqual([kind, notAfter], ["certificate", "2120-01-01T00:00:00.000Z"]);
    assert.ok(Number(daysLeft) > 30_000);
  });

  it("logs in to a managed controller with the operator's credential where there is one, the generated one in reserve", async () => {
    const controller = { username: "rotated", password: "second-password" };
    const rotated = await registerProgram("dev", { controller });
    const { inputs } = findOne(rotated, "pulumi:providers:openziti", "overlay-controller");
    assert.deepEqual([inputs.username, inputs.password], ["rotated", "second-password"]);
    findOne(rotated, "random:index/randomPassword:RandomPassword", "overlay-admin-password");
    const { stringData } = findOne(rotated, "kubernetes:core/v1:Secret", "overlay-ziti-management-secret").inputs as {
      stringData: Record<string, string>;
    };
    assert.deepEqual(Object.keys(stringData).sort(), ["ca.crt", "client.crt", "client.key", "controllerUrl"]);
  });

  it("gives nobody the right to read the credential, and its pod no token", () => {
    for (const kind of ["Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding"]) {
      assert.deepEqual(ofType(run, `kubernetes:rbac.authorization.k8s.io/v1:${kind}`), []);
    }
    for (const { inputs } of ofType(run, serviceAccount)) assert.equal(inputs.automountServiceAccountToken, false);
    const { spec } = podTemplate(run) as unknown as { spec: { automountServiceAccountToken: boolean } };
    assert.equal(spec.automountServiceAccountToken, false);
  });

  it("publishes policies of others that reach our services, and asks nobody when told not to", async () => {
    const rogue = { id: "1", name: "rogue", type: "Dial", semantic: "AnyOf", identityRoles: ["#all"] };
    const foreignGrants = [{ ...rogue, serviceRoles: ["#all"], services: ["gateway"] }];
    const watched = await registerProgram("dev", {}, [], { foreignGrants });
    assert.deepEqual(watched.outputs.overlayForeignGrants, foreignGrants);
    for (const off of [{ overlay: { watchForeignGrants: false } }, { controller: { forget: true } }]) {
      const unwatched = await registerProgram("dev", off, [], { foreignGrants });
      assert.deepEqual(unwatched.outputs.overlayForeignGrants, []);
      assert.deepEqual(ofType(unwatched, "openziti:index:ForeignGrants"), []);
    }
  });

  it("lets go of every object of a lost controller without asking it, and of nothing else", async () => {
    const lost = await registerProgram("dev", { controller: { forget: true } });
    const [inController, others] = [true, false].map((inside) =>
      lost.registrations.filter(
        ({ type }) => (type.startsWith("openziti:") && !type.endsWith(":ClusterDns")) === inside,
      ),
    ) as [Registration[], Registration[]];
    assert.ok(inController.length > 20);
    assert.deepEqual(
      inController.filter(({ retained }) => !retained),
      [],
    );
    assert.deepEqual(
      others.filter(({ retained }) => retained),
      [],
    );
    assert.deepEqual(
      run.registrations.filter(({ retained }) => retained),
      [],
    );
  });

  it("has the mesh write down every operation on the overlay with its caller, unless told not to", async () => {
    const telemetry = "kubernetes:telemetry.istio.io/v1:Telemetry";
    const { inputs, dependsOn } = findOne(run, telemetry);
    assert.equal((inputs.metadata as { namespace: string }).namespace, "agyn-platform");
    const { selector, accessLogging, metrics } = inputs.spec as Record<string, unknown>;
    assert.deepEqual(selector, { matchLabels: podTemplate(run).metadata.labels });
    assert.deepEqual(accessLogging, [{ match: { mode: "SERVER" }, providers: [{ name: "envoy" }] }]);
    assert.match(JSON.stringify(metrics), /"rpc":\{"value":"request.url_path"\}/);
    assert.ok(dependsOn.includes("mesh-istiod"));
    const { values } = findOne(run, "kubernetes:helm.sh/v3:Release", "mesh-istiod").inputs as {
      values: { meshConfig: { accessLogFormat: string } };
    };
    const format = JSON.parse(values.meshConfig.accessLogFormat) as Record<string, string>;
    assert.deepEqual([format.caller, format.path], ["%DOWNSTREAM_PEER_URI_SAN%", "%REQ(:PATH)%"]);
    const silent = await registerProgram("dev", { zitiManagement: { logOperations: false } });
    assert.deepEqual(ofType(silent, telemetry), []);
  });
});
