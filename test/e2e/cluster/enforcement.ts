import { judgeEnforcement } from "../../../access/answers/enforcement";
import { probeLabels, renderProbePolicies } from "../../../access/render/enforcement-probe";
import { registerProgram, type Registration } from "../../support/registrations";
import { namespaceObject } from "../node/pods";
import { eventually, type CaseCluster } from "./case-cluster";

interface Pod {
  readonly status: {
    readonly podIP?: string;
    readonly containerStatuses?: readonly { readonly state: { readonly terminated?: { readonly message?: string } } }[];
  };
}

/** The address of a pod, empty while it has none. */
export async function addressOf(cluster: CaseCluster, namespace: string, name: string): Promise<string> {
  return (await cluster.read<Pod>("pod", name, "--namespace", namespace)).status.podIP ?? "";
}

/**
 * What the program's own probe says of a cluster. Its two pods are as the program registers them; only the listener's
 * address is not known before it runs.
 */
export async function probeEnforcement(cluster: CaseCluster): Promise<string> {
  const namespace = cluster.namespace("probed");
  const { registrations } = await registerProgram("dev", { networkPolicies: { probe: true } });
  const object = (role: string, target?: string) => toPod(findPod(registrations, role), namespace, target);
  await cluster.submit([namespaceObject(namespace), ...renderProbePolicies(namespace), object("listener")]);
  const wait = ["wait", "pod/enforcement-probe-listener", "--namespace", namespace, "--for=condition=Ready"];
  await cluster.kubectl([...wait, "--timeout=180s"]);
  await cluster.submit([object("prober", await addressOf(cluster, namespace, "enforcement-probe-listener"))]);
  const read = () => cluster.read<Pod>("pod", "enforcement-probe-prober", "--namespace", namespace);
  const ended = await eventually("the prober's report", read, (pod) => reportOf(pod) !== undefined);
  await cluster.kubectl(["delete", "namespace", namespace]);
  return judgeEnforcement(reportOf(ended)).verdict;
}

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
