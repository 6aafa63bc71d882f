import * as k8s from "@pulumi/kubernetes";
import type { UpResult } from "@pulumi/pulumi/automation";
import assert from "node:assert/strict";
import * as path from "node:path";
import { createCertManager } from "../../../components/ingress-tls/cert-manager";
import { createTrustManager } from "../../../components/ziti-overlay/trust-manager";
import { createIstio, type IstioInstallArgs } from "../../../components/istio-mesh/install";
import { KubernetesApi } from "../../../local/platform/kubernetes-api";
import { projectRoot } from "../../support/project-root";
import { openInlineStack } from "../support/inline-stack";
import { hasRealEngines, LocalPlatform } from "../support/local-platform";

interface Recorded {
  readonly data: { readonly chart: string; readonly revision: string; readonly values: string };
}

interface Values {
  readonly autoscaleMin?: number;
  readonly meshConfig?: { readonly trustDomain: string; readonly accessLogFormat: string };
  readonly app?: object;
}

const chartRepository = path.join(projectRoot, "test", "e2e", "charts");
// Not the namespaces the platform makes beforehand: here the program makes its own.
const namespaces = { mesh: "charts-mesh", ingress: "charts-ingress", certManager: "charts-certificates" };
const single: IstioInstallArgs = {
  meshNamespace: namespaces.mesh,
  ingressNamespace: namespaces.ingress,
  chartRepository,
  trustDomain: "charts.example",
  highlyAvailable: false,
  httpsPort: 8443,
};

function program(args: IstioInstallArgs) {
  return (): Promise<void> => {
    const provider = new k8s.Provider("cluster", { enableServerSideApply: true });
    createIstio("istio", args, { provider });
    const certManager = { namespace: namespaces.certManager, chartRepository };
    const dependsOn = createCertManager("certificates", certManager, { provider });
    createTrustManager("trust", { ...certManager, trustNamespace: "charts-overlay" }, { provider, dependsOn });
    return Promise.resolve();
  };
}

describe("charts as Helm releases", function () {
  const local = new LocalPlatform();

  before("needs pulumi-resource-kubernetes and ziti", async function () {
    if (!(await hasRealEngines())) this.skip();
    await local.succeed("preview");
  });
  after(() => local.remove());

  const open = (args: IstioInstallArgs) => openInlineStack(local, { project: "charts", stack: "test" }, program(args));

  async function up(args: IstioInstallArgs): Promise<Record<string, number>> {
    const { summary }: UpResult = await (await open(args)).up();
    return summary.resourceChanges ?? {};
  }

  async function recorded(namespace: string, release: string): Promise<{ revision: string; chart: string } & Values> {
    const api = new KubernetesApi((await local.load()).api);
    const map = await api.tryGet<Recorded>(`/api/v1/namespaces/${namespace}/configmaps/${release}-values`);
    assert.ok(map, `release ${release} recorded no values`);
    return { ...map.data, ...(JSON.parse(map.data.values) as Values) };
  }

  it("install in order: the control plane uses a kind that the base chart brings", async () => {
    assert.equal((await up(single)).create, 10, "stack, provider, three namespaces, five releases");
    const api = new KubernetesApi((await local.load()).api);
    assert.ok(await api.tryGet(`/apis/charts.agyn.io/v1/namespaces/${namespaces.mesh}/samples/istiod`));
  });

  it("receive the values the program renders", async () => {
    const { autoscaleMin, meshConfig, chart } = await recorded(namespaces.mesh, "istiod");
    assert.match(chart, /^istiod-\d/);
    assert.equal(autoscaleMin, 1);
    assert.equal(meshConfig?.trustDomain, "charts.example");
    assert.match(meshConfig.accessLogFormat, /DOWNSTREAM_PEER_URI_SAN/);
    const trust = await recorded(namespaces.certManager, "trust-manager");
    assert.deepEqual(trust.app, { trust: { namespace: "charts-overlay" } });
  });

  it("change nothing when installed again", async () => {
    const { same, ...changes } = await up(single);
    assert.equal(same, 10);
    assert.deepEqual(changes, {});
  });

  it("are upgraded in place when a value changes", async () => {
    assert.equal((await up({ ...single, highlyAvailable: true })).update, 2, "istiod and the gateway");
    const { revision, autoscaleMin } = await recorded(namespaces.mesh, "istiod");
    assert.deepEqual({ revision, autoscaleMin }, { revision: "2", autoscaleMin: 2 });
    assert.equal((await recorded(namespaces.certManager, "cert-manager")).revision, "1");
  });

  it("leave with destroy", async () => {
    await (await open(single)).destroy();
    const api = new KubernetesApi((await local.load()).api);
    for (const namespace of Object.values(namespaces)) {
      const maps = await api.tryGet<{ items: unknown[] }>(`/api/v1/namespaces/${namespace}/configmaps`);
      assert.deepEqual(maps?.items, []);
    }
  });
});
