import { setTimeout as sleep } from "node:timers/promises";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import type { Manifest } from "../../../access/render/manifest";
import { findStore } from "../../../access/platform/services";
import { loadStack } from "../../../cli/offline/stack";
import type { LayerName } from "../../../access/answers/layer";
import { devInstallation } from "../../support/platform-standin/installation";
import { drawRequests } from "../../support/platform-standin/draw";
import { renderCounts, type Outcome } from "../../support/platform-standin/execute";
import type { Ground } from "../../support/platform-standin/request";
import { Cluster } from "./cluster";
import { StandinPlatform, type Beside } from "./standin-platform";

const seed = 20_261;
const leakingStore = "postgres";
/** Milliseconds that an engine of policies gets for one more. */
const settleTime = 15_000;
const names: Ground = new Set(["DNS"]);
const packets: Ground = new Set(["DNS", "network policies"]);

/** What the run says of itself, one JSON line. */
export interface PlatformReport {
  readonly pods: number;
  /** Before any policy, and with all of them. */
  readonly open: Told;
  readonly closed: Told;
  /** With all of them and one more, which opens a store to everyone: what the judge says of the requests to it. */
  readonly leak: Told;
}

/** An outcome that fits into a line. */
export interface Told {
  readonly sent: number;
  readonly arrived: number;
  readonly denied: number;
  readonly disagreements: readonly string[];
  readonly table: string;
}

function tell(outcome: Outcome): Told {
  const sum = (count: "arrived" | "denied" | "disagreed") =>
    [...outcome.counts.values()].reduce((total, layer) => total + layer[count], 0);
  return {
    sent: sum("arrived") + sum("denied") + sum("disagreed"),
    arrived: sum("arrived"),
    denied: sum("denied"),
    disagreements: outcome.disagreements.map(({ title }) => title),
    table: renderCounts(outcome),
  };
}

// Policies add up: one at each end that forgot its peers opens what the others close.
function openStore(namespace: string): readonly Manifest[] {
  const ports = [{ port: findStore(leakingStore).port }];
  const policy = (name: string, spec: Manifest["spec"]): Manifest => {
    return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace }, spec };
  };
  const store = { podSelector: { matchLabels: findStore(leakingStore).selector }, ingress: [{ ports }] };
  return [
    policy("opened-in-by-a-test", { ...store, policyTypes: ["Ingress"] }),
    policy("opened-out-by-a-test", { podSelector: {}, policyTypes: ["Egress"], egress: [{ ports }] }),
  ];
}

/** How a cluster is judged on which the stack itself is installed: nothing is applied but the stand-ins. */
export interface Installed extends Beside {
  /** Name or file of the stack. */
  readonly stack: string;
  readonly ground: readonly LayerName[];
}

async function judgeInstalled(cluster: Cluster, image: string, { stack, ground, ...beside }: Installed): Promise<Told> {
  const installation = loadStack(stack);
  const platform = await StandinPlatform.start(cluster, installation, image, beside);
  try {
    return tell(await platform.judge(drawRequests(installation, seed), new Set(ground)));
  } finally {
    await platform.remove();
  }
}

// A process of its own, since the API server is where the node is: in another network namespace.
async function main([image = "", installed]: readonly string[]): Promise<void> {
  const { KUBECONFIG: kubeconfig } = process.env;
  if (kubeconfig === undefined || image === "") {
    throw new Error("usage: KUBECONFIG=<path> platform-main.js <image> [<what is installed, as JSON>]");
  }
  const cluster = await Cluster.open(kubeconfig);
  const report =
    installed === undefined
      ? await judgePackets(cluster, image)
      : await judgeInstalled(cluster, image, JSON.parse(installed) as Installed);
  console.log(JSON.stringify(report));
}

async function judgePackets(cluster: Cluster, image: string): Promise<PlatformReport> {
  const installation = devInstallation({ "networkPolicies.enabled": true });
  const requests = drawRequests(installation, seed);
  const started = Date.now();
  const said = (what: string) => console.error(`${Math.round((Date.now() - started) / 1000)} s: ${what}`);
  const platform = await StandinPlatform.start(cluster, installation, image);
  try {
    said(`${platform.workloads.length} pods are ready`);
    const open = tell(await platform.judge(requests, names));
    said("every request was sent without policies");
    await cluster.submit(renderNetworkPolicies(installation.model));
    const toStore = requests.filter(({ layer, to }) => ["store", "stranger"].includes(layer) && to === leakingStore);
    await platform.untilDenied(toStore, packets);
    said("policies are enforced");
    const closed = tell(await platform.judge(requests, packets));
    said("every request was sent under policies");
    await cluster.submit(openStore(installation.model.options.namespaces.platform));
    await sleep(settleTime);
    const leak = tell(await platform.judge(toStore, packets));
    said("every request to a store that is open was sent");
    return { pods: platform.workloads.length, open, closed, leak };
  } finally {
    await platform.remove();
    said("everything is gone");
  }
}

if (require.main === module) {
  main(process.argv.slice(2)).catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
}
