/** Whether the cluster's network plugin does what NetworkPolicy objects say. */
export interface Enforcement {
  /** `inconclusive` when the probe could not tell: never a reason to believe in the policies. */
  readonly verdict: "enforced" | "notEnforced" | "inconclusive";
  /** What was seen, in a sentence. */
  readonly because: string;
}

const judgements: Readonly<Record<string, Enforcement>> = {
  "allowed=open ingress=closed egress=closed": {
    verdict: "enforced",
    because: "The way the policies allow was open, and both they leave out were closed.",
  },
  "allowed=open ingress=open egress=closed": {
    verdict: "notEnforced",
    because: "A way that only a policy for incoming traffic leaves out was open.",
  },
  "allowed=open ingress=closed egress=open": {
    verdict: "notEnforced",
    because: "A way that only a policy for outgoing traffic leaves out was open.",
  },
  "allowed=open ingress=open egress=open": {
    verdict: "notEnforced",
    because: "Ways that no policy allows were open: the cluster accepts policies without effect.",
  },
  "allowed=closed": {
    verdict: "inconclusive",
    because: "Even the way the policies allow was closed, so that a closed one proves nothing.",
  },
};

const silent: Enforcement = {
  verdict: "inconclusive",
  because: "The probe's pod did not report: it is still running, or its image never ran.",
};

/** Judges what the probe's pod left as its termination message; undefined while there is none. */
export function judgeEnforcement(message: string | undefined): Enforcement {
  return judgements[message?.trim() ?? ""] ?? silent;
}
