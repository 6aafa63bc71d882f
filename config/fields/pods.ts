import { both, unset, value, type Fields } from "../field";
import { labels } from "../values/labels";
import { listOf } from "../values/collections";
import { objectName } from "../values/names";
import { toleration } from "../values/toleration";

/** What differs from cluster to cluster for every pod that the program installs. */
export const podFields = {
  "images.pullSecrets": {
    type: listOf(objectName("the name of a Secret"), "a list of names of Secrets"),
    help: "Secrets with which the pods that the program installs pull their images. They are yours, in every namespace where such a pod runs; `agyn-net preflight` names those that are missing.",
    example: ["registry-acme"],
    ...both(value([])),
  },
  "storage.className": {
    type: objectName("the name of a StorageClass"),
    help: "StorageClass of every volume that the program asks for. Unset: the cluster's default class.",
    example: "fast-ssd",
    ...both(unset),
  },
  "scheduling.nodeSelector": {
    type: labels,
    help: "Labels of the nodes that the pods run on which the program installs: charts' and its own.",
    example: { "kubernetes.io/os": "linux" },
    ...both(value({})),
  },
  "scheduling.tolerations": {
    type: listOf(toleration, "a list of tolerations: key?, operator?, value?, effect?"),
    help: "Taints that do not keep those pods away.",
    example: [{ key: "dedicated", operator: "Equal", value: "networking", effect: "NoSchedule" }],
    ...both(value([])),
  },
} satisfies Partial<Fields>;
