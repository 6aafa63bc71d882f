import assert from "node:assert/strict";
import { managedNamespaces } from "../../../access/model/flows";
import { buildModel, type Model } from "../../../access/model/model";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import { overlayPods } from "../../../access/platform/services";
import { networkPoliciesWith, optionsWith } from "../../access/options";
import { namespaceObject, podObject, tryHttp, type SmallPod } from "../node/pods";
import { eventually, type CaseCluster } from "./case-cluster";
import { addressOf } from "./enforcement";

const { controller, router } = overlayPods;

type Name = "agent" | "controller" | "router" | "service" | "stranger";

// Every way is open before the policies: otherwise a closed one would prove nothing.
const ways: readonly [from: Name, to: Name, port: number, open: boolean][] = [
  ["agent", "controller", controller.clientPort, true],
  ["agent", "router", router.edgePort, true],
  ["agent", "controller", controller.managementPort, false],
  ["agent", "service", 50051, false],
  ["stranger", "controller", controller.managementPort, false],
  ["stranger", "service", 50051, false],
];

function modelOn(cluster: CaseCluster): Model {
  const { namespaces } = optionsWith();
  const names = namespaces as unknown as Readonly<Record<string, string>>;
  const own = Object.entries(names).map(([use, name]) => [use, cluster.namespace(`policies-${name}`)] as const);
  const named = Object.fromEntries(own) as unknown as typeof namespaces;
  return buildModel(optionsWith({ networkPolicies: networkPoliciesWith(), namespaces: named }));
}

function podsOn(cluster: CaseCluster, { options }: Model): Readonly<Record<Name, SmallPod>> {
  const { workloads, overlay, platform } = options.namespaces;
  return {
    agent: { namespace: workloads, name: "agent", labels: { "agyn.dev/managed-by": "agents-orchestrator" } },
    controller: {
      namespace: overlay,
      name: "controller",
      labels: controller.selector,
      listens: [controller.clientPort, controller.managementPort],
    },
    router: { namespace: overlay, name: "router", labels: router.selector, listens: [router.edgePort] },
    service: { namespace: platform, name: "service", labels: { app: "threads" }, listens: [50051] },
    stranger: { namespace: cluster.namespace("policies-elsewhere"), name: "stranger" },
  };
}

/** What the model's network policies do on a cluster that enforces them. */
export function describePolicyCases(cluster: CaseCluster): void {
  describe("of the model", () => {
    const model = modelOn(cluster);
    const pods = podsOn(cluster, model);
    const addresses = new Map<Name, string>();
    const reach = async (from: Name, to: Name, port: number) => {
      const { namespace, name } = pods[from];
      return (await cluster.inPod(namespace, name, tryHttp(addresses.get(to) ?? "", port))).code === 0;
    };

    before("the cluster does not enforce network policies", async function () {
      if ((await cluster.lacks("network policies")) !== undefined) this.skip();
      const namespaces = [...managedNamespaces(model), pods.stranger.namespace];
      await cluster.submit([...namespaces.map(namespaceObject), ...Object.values(pods).map(podObject)]);
      for (const [name, pod] of Object.entries(pods) as [Name, SmallPod][]) {
        const wait = ["wait", `pod/${pod.name}`, "--namespace", pod.namespace, "--for=condition=Ready"];
        await cluster.kubectl([...wait, "--timeout=180s"]);
        addresses.set(name, await addressOf(cluster, pod.namespace, pod.name));
      }
    });

    it("find every way open before they are applied", async () => {
      for (const [from, to, port] of ways) assert.ok(await reach(from, to, port), `${from} → ${to}:${port}`);
    });

    it("leave open what agents need, and nothing else, once they are applied", async () => {
      await cluster.submit(renderNetworkPolicies(model));
      for (const [from, to, port, open] of ways) {
        const ask = () => reach(from, to, port);
        await eventually(`${from} → ${to}:${port} ${open ? "open" : "closed"}`, ask, (reached) => reached === open);
      }
    });

    it("let agents resolve names", async () => {
      const { namespace, name } = pods.agent;
      const { code, output } = await cluster.inPod(namespace, name, "nslookup kubernetes.default.svc.cluster.local.");
      assert.equal(code, 0, output);
    });
  });
}
