import assert from "node:assert/strict";
import { judgeEnforcement } from "../../../access/answers/enforcement";
import { managedNamespaces } from "../../../access/model/flows";
import { buildModel } from "../../../access/model/model";
import { probeLabels, renderProbePolicies } from "../../../access/render/enforcement-probe";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import { overlayPods } from "../../../access/platform/services";
import { networkPoliciesWith, optionsWith } from "../../access/options";
import { registerProgram, type Registration } from "../../support/registrations";
import { namespaceObject, podObject, tryHttp, type SmallPod } from "./pods";
import { TestNode, eventually, missingForTestNode } from "./test-node";

interface Pod {
  readonly metadata: { readonly name: string };
  readonly status: {
    readonly podIP?: string;
    readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly message?: string } } }[];
  };
}

const model = buildModel(optionsWith({ networkPolicies: networkPoliciesWith() }));
const { workloads, overlay, platform } = model.options.namespaces;
const { controller, router } = overlayPods;
const elsewhere = "elsewhere";

const pods = {
  agent: { namespace: workloads, name: "agent", labels: { "agyn.dev/managed-by": "agents-orchestrator" } },
  controller: {
    namespace: overlay,
    name: "controller",
    labels: controller.selector,
    listens: [controller.clientPort, controller.managementPort],
  },
  router: { namespace: overlay, name: "router", labels: router.selector, listens: [router.edgePort] },
  service: { namespace: platform, name: "service", labels: { app: "threads" }, listens: [50051] },
  stranger: { namespace: elsewhere, name: "stranger" },
} satisfies Record<string, SmallPod>;

type Name = keyof typeof pods;

// Every way is open before the policies: otherwise a closed one would prove nothing.
const ways: readonly [from: Name, to: Name, port: number, open: boolean][] = [
  ["agent", "controller", controller.clientPort, true],
  ["agent", "router", router.edgePort, true],
  ["agent", "controller", controller.managementPort, false],
  ["agent", "service", 50051, false],
  ["stranger", "controller", controller.managementPort, false],
  ["stranger", "service", 50051, false],
];

describe("network policies on a real node", () => {
  const node = new TestNode();
  let skipped = false;

  before("needs root, Debian's runtime and the engines of a node", async function () {
    skipped = (await missingForTestNode()).length > 0;
    if (skipped) this.skip();
    await node.succeed("up", "--without", "network-policies");
  });
  after(async () => {
    if (!skipped) await node.remove();
  });

  const addressOf = async ({ namespace, name }: SmallPod) =>
    (await node.read<Pod>("pod", name, "--namespace", namespace)).status.podIP ?? "";

  // The two pods as the program registers them; only the listener's address is not known before it runs.
  async function probe(): Promise<string> {
    const namespace = "probed";
    const { registrations } = await registerProgram("dev", { networkPolicies: { probe: true } });
    const object = (role: string, target?: string) => toPod(findPod(registrations, role), namespace, target);
    await node.submit([namespaceObject(namespace), ...renderProbePolicies(namespace), object("listener")]);
    const wait = ["wait", "pod/enforcement-probe-listener", "--namespace", namespace, "--for=condition=Ready"];
    await node.kubectl([...wait, "--timeout=60s"]);
    await node.submit([object("prober", await addressOf({ namespace, name: "enforcement-probe-listener" }))]);
    const read = () => node.read<Pod>("pod", "enforcement-probe-prober", "--namespace", namespace);
    const ended = await eventually("the prober's report", read, (pod) => reportOf(pod) !== undefined);
    await node.kubectl(["delete", "namespace", namespace]);
    return judgeEnforcement(reportOf(ended)).verdict;
  }

  it("are not enforced without what enforces them, and the program's probe says so", async () => {
    assert.equal(await probe(), "notEnforced");
  });

  it("are enforced with it, and the program's probe says so", async () => {
    await node.succeed("up");
    assert.equal(await probe(), "enforced");
  });

  describe("of the model", () => {
    const addresses = new Map<Name, string>();
    const reach = async (from: Name, to: Name, port: number) => {
      const { namespace, name } = pods[from];
      return (await node.inPod(namespace, name, tryHttp(addresses.get(to) ?? "", port))).code === 0;
    };

    before(async () => {
      const namespaces = [...managedNamespaces(model), elsewhere];
      await node.submit([...namespaces.map(namespaceObject), ...Object.values(pods).map(podObject)]);
      for (const [name, pod] of Object.entries(pods) as [Name, SmallPod][]) {
        const wait = ["wait", `pod/${pod.name}`, "--namespace", pod.namespace, "--for=condition=Ready"];
        await node.kubectl([...wait, "--timeout=90s"]);
        addresses.set(name, await addressOf(pod));
      }
    });

    it("find every way open before they are applied", async () => {
      for (const [from, to, port] of ways) assert.ok(await reach(from, to, port), `${from} → ${to}:${port}`);
    });

    it("leave open what agents need, and nothing else, once they are applied", async () => {
      await node.submit(renderNetworkPolicies(model));
      for (const [from, to, port, open] of ways) {
        const ask = () => reach(from, to, port);
        await eventually(`${from} → ${to}:${port} ${open ? "open" : "closed"}`, ask, (reached) => reached === open);
      }
    });

    it("let agents resolve names", async () => {
      const { code, output } = await node.inPod(workloads, "agent", "nslookup kubernetes.default.svc.cluster.local.");
      assert.equal(code, 0, output);
    });
  });
});

function findPod(registrations: readonly Registration[], role: string): Registration {
  const name = `network-policies-enforcement-probe-${role}`;
  const found = registrations.find((one) => one.type === "kubernetes:core/v1:Pod" && one.name === name);
  if (!found) throw new Error(`the program registers no ${name}`);
  return found;
}

interface PodInputs {
  readonly metadata: { readonly name: string };
  readonly spec: { readonly containers: readonly { readonly env?: readonly { readonly name: string }[] }[] };
}

function toPod({ inputs }: Registration, namespace: string, target = ""): object {
  const { metadata, spec } = inputs as unknown as PodInputs;
  const containers = spec.containers.map(({ env = [], ...container }) => ({
    ...container,
    env: env.map((one) => (one.name === "TARGET" ? { ...one, value: target } : one)),
  }));
  const role = metadata.name.endsWith("listener") ? "listener" : "prober";
  return {
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: { name: metadata.name, namespace, labels: probeLabels(role) },
    spec: { ...spec, containers },
  };
}

function reportOf({ status }: Pod): string | undefined {
  return status.containerStatuses?.[0]?.state.terminated?.message;
}
