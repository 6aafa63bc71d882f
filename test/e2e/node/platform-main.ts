import { setTimeout as sleep } from "node:timers/promises";
import { renderNetworkPolicies } from "../../../access/render/network-policies";
import type { Manifest } from "../../../access/render/manifest";
import { findStore } from "../../../access/platform/services";
import { devInstallation } from "../../support/platform-standin/installation";
import { drawRequests } from "../../support/platform-standin/draw";
import type { Ground } from "../../support/platform-standin/request";
import { tryReadGiven } from "../cluster/given-cluster";
import { Cluster } from "./cluster";
import { tell, type Told } from "./told";
import { StandinPlatform } from "./standin-platform";

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

// A process of its own, since the API server is where the node is: in another network namespace.
async function main([image = ""]: readonly string[]): Promise<void> {
  const { KUBECONFIG: kubeconfig } = process.env;
  if (kubeconfig === undefined || image === "") throw new Error("usage: KUBECONFIG=<path> platform-main.js <image>");
  const cluster = await Cluster.open(kubeconfig, tryReadGiven(process.env)?.context);
  console.log(JSON.stringify(await judgePackets(cluster, image)));
}

// On a cluster that is given, every namespace carries the prefix of the run.
function ownNamespaces(): Readonly<Record<string, string>> {
  const given = tryReadGiven(process.env);
  if (given === undefined) return {};
  const uses = ["platform", "workloads", "ingress", "mesh", "overlay", "certManager"];
  return Object.fromEntries(uses.map((use) => [`namespaces.${use}`, `${given.prefix}-${use.toLowerCase()}`]));
}

async function judgePackets(cluster: Cluster, image: string): Promise<PlatformReport> {
  const installation = devInstallation({ ...ownNamespaces(), "networkPolicies.enabled": true });
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
