import { becauseAnnotation, type Manifest } from "./manifest";

/** The two pods of the probe. Both are bare: some plugins overlook exactly those, and agents are such pods. */
export type ProbePod = "prober" | "listener";

// One port per question, and the policies below open two of them at each end.
const ports = { allowed: 8081, ingress: 8082, egress: 8083 };
const seconds = { attempt: 2, settle: 10, listen: 600 };

const selectorOf = (pod: ProbePod) => ({ "networking.agyn.io/enforcement-probe": pod });

/** Labels of a pod of the probe; nothing else in the cluster has them. */
export const probeLabels = (pod: ProbePod): Readonly<Record<string, string>> => ({
  ...selectorOf(pod),
  "sidecar.istio.io/inject": "false",
});

/** The name of a pod of the probe. */
export const probePodName = (pod: ProbePod): string => `enforcement-probe-${pod}`;

/** The pod that measures, and says at its end what it found. */
export const proberPodName = probePodName("prober");

/**
 * The probe's own policies, in force whether or not the stack's are: of three ways from prober to listener one is open at
 * both ends, one is closed by the listener's policy alone, one by the prober's. They open nothing but those ways.
 */
export function renderProbePolicies(namespace: string): Manifest[] {
  const rule = (peer: "from" | "to", pod: ProbePod, open: readonly number[]) => ({
    [peer]: [{ podSelector: { matchLabels: selectorOf(pod) } }],
    ports: open.map((port) => ({ protocol: "TCP", port })),
  });
  const policy = (pod: ProbePod, because: string, spec: object): Manifest => ({
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: `enforcement-probe-${pod}`, namespace, annotations: { [becauseAnnotation]: because } },
    spec: { podSelector: { matchLabels: selectorOf(pod) }, ...spec },
  });
  return [
    policy("prober", "Closes one way of the enforcement probe where it begins.", {
      policyTypes: ["Egress"],
      egress: [rule("to", "listener", [ports.allowed, ports.ingress])],
    }),
    policy("listener", "Closes one way of the enforcement probe where it ends.", {
      policyTypes: ["Ingress"],
      ingress: [rule("from", "prober", [ports.allowed, ports.egress])],
    }),
  ];
}

/** What the listener's container runs (a POSIX shell with BusyBox): it answers on every port, and ends by itself. */
export const listenerScript = [
  `for port in ${Object.values(ports).join(" ")}; do httpd -p "$port" -h /etc; done`,
  `exec sleep ${seconds.listen}`,
].join("\n");

/**
 * What the prober's container runs: it tries the three ways to `$TARGET` and writes what it saw to `$REPORT`. Plugins
 * take a moment over a new pod, so it waits for the allowed way, gives them time, and judges what stays.
 */
export const proberScript = `
try() { timeout ${seconds.attempt} wget -q -O /dev/null "http://$TARGET:$1/hostname" 2>/dev/null; }
state() { if try "$1"; then echo open; else echo closed; fi; }
left=\${ATTEMPTS:-30}
until try ${ports.allowed}; do
  left=$((left - 1))
  [ "$left" -gt 0 ] || { echo allowed=closed > "$REPORT"; exit 0; }
  sleep 1
done
sleep "\${SETTLE:-${seconds.settle}}"
echo "allowed=open ingress=$(state ${ports.ingress}) egress=$(state ${ports.egress})" > "$REPORT"
`.trim();
