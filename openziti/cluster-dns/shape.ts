import type { Shape } from "../shape";
import { isList, unknown } from "../values";
import type { ClusterDnsMode } from "./place";

const modes: readonly string[] = ["auto", "coredns-custom", "corefile"] satisfies ClusterDnsMode[];

/** What the lines in the cluster's DNS take. */
export const clusterDnsShape: Shape = {
  name: "ClusterDns",
  description:
    "Lines of the stack's own in the cluster's CoreDNS, beside what others wrote for it. Deleting them takes exactly them away.",
  inputs: {
    mode: {
      type: "string",
      description:
        "`coredns-custom`: a key in the ConfigMap of that name, which CoreDNS imports. `corefile`: lines between two marks " +
        "in the Corefile. `auto`: whichever the cluster's Corefile asks for; refused where neither is right.",
    },
    lines: { type: "array", items: { type: "string" }, description: "CoreDNS lines of the block for all names." },
  },
  required: ["mode", "lines"],
  problems: ({ mode, lines }) => [
    ...(mode === unknown || (typeof mode === "string" && modes.includes(mode))
      ? []
      : [{ property: "mode", reason: `mode must be one of ${modes.join(", ")}` }]),
    ...(lines === unknown || isList(lines) ? [] : [{ property: "lines", reason: "lines must be a list of texts" }]),
  ],
};
