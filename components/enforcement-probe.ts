import * as k8s from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { judgeEnforcement, type Enforcement } from "../access/answers/enforcement";
import {
  listenerScript,
  probeLabels,
  probePodName,
  proberScript,
  renderProbePolicies,
  type ProbePod,
} from "../access/render/enforcement-probe";
import { createManifests } from "./manifests";
import { toPodSpec, type PodSettings } from "./pod-settings";

/** Where the probe runs, and with what. */
export interface EnforcementProbeArgs {
  /** Namespace of the agents' pods: what is measured there counts for them. */
  readonly namespace: string;
  /** Image with a shell, `wget` and `httpd`: BusyBox. */
  readonly image: string;
  /** Default: nothing special. */
  readonly pods?: PodSettings;
}

/**
 * Measures once whether the cluster enforces policies: two bare pods, the policies before them. Returns what they found;
 * to measure again, replace it all. The names are fixed, so the old objects go first.
 */
export function createEnforcementProbe(
  name: string,
  { namespace, image, pods }: EnforcementProbeArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<Enforcement> {
  const inOrder = pulumi.mergeOptions(opts, { deleteBeforeReplace: true });
  const policies = createManifests(name, renderProbePolicies(namespace), inOrder);
  const createPod = (pod: ProbePod, container: Omit<k8s.types.input.core.v1.Container, "name">) =>
    new k8s.core.v1.Pod(
      `${name}-${pod}`,
      {
        metadata: { name: probePodName(pod), namespace, labels: probeLabels(pod) },
        spec: {
          ...podDefaults,
          ...toPodSpec(pods),
          containers: [{ name: pod, image, ...containerDefaults, ...container }],
        },
      },
      pulumi.mergeOptions(inOrder, { dependsOn: policies }),
    );

  const listener = createPod("listener", { command: ["/bin/sh", "-c", listenerScript] });
  const prober = createPod("prober", {
    command: ["/bin/sh", "-c", proberScript],
    env: [
      { name: "TARGET", value: addressOf(listener) },
      { name: "REPORT", value: reportFile },
    ],
    terminationMessagePath: reportFile,
    // Never ready: whoever waits for the pod waits until it has ended, and so has something to say.
    readinessProbe: { exec: { command: ["/bin/false"] } },
  });
  return reportOf(prober).apply(judgeEnforcement);
}

const reportFile = "/dev/termination-log";
const nobody = 65534;
const podDefaults = {
  restartPolicy: "Never",
  automountServiceAccountToken: false,
  securityContext: { runAsNonRoot: true, runAsUser: nobody, seccompProfile: { type: "RuntimeDefault" } },
};
const containerDefaults = {
  securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ["ALL"] } },
  resources: { requests: { cpu: "10m", memory: "16Mi" }, limits: { memory: "32Mi" } },
};

// Pods of simulated nodes and of previews have no status.
function statusOf({ status }: k8s.core.v1.Pod): pulumi.Output<k8s.types.output.core.v1.PodStatus | undefined> {
  return status;
}

// A URL wants brackets around an IPv6 address.
function addressOf(pod: k8s.core.v1.Pod): pulumi.Output<string> {
  return statusOf(pod).apply((known) => (known?.podIP?.includes(":") ? `[${known.podIP}]` : (known?.podIP ?? "")));
}

function reportOf(pod: k8s.core.v1.Pod): pulumi.Output<string | undefined> {
  return statusOf(pod).apply((known) => known?.containerStatuses?.[0]?.state?.terminated?.message);
}
