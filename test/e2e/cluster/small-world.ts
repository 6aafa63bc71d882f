import { namespaceObject, podObject, serviceObject, tryHttp } from "../node/pods";
import { eventually, type CaseCluster, type Ended } from "./case-cluster";

const web = { app: "web" };

interface Claim {
  readonly status: { readonly phase: string };
}

/** Two small pods, a Service and a claim in one namespace, and what can be asked of them. */
export class SmallWorld {
  readonly namespace: string;

  constructor(private readonly cluster: CaseCluster) {
    this.namespace = cluster.namespace("small");
  }

  /** Makes it; ends when both pods are ready. */
  async create(): Promise<void> {
    const { namespace } = this;
    const hasVolumes = (await this.cluster.lacks("volumes")) === undefined;
    await this.cluster.submit([
      namespaceObject(namespace),
      podObject({ namespace, name: "web", labels: web, listens: [8080] }),
      podObject({ namespace, name: "client", ...(hasVolumes && { claim: "early" }) }),
      serviceObject(namespace, "web", web, 8080),
      ...(hasVolumes ? [this.claim("early")] : []),
    ]);
    await this.cluster.kubectl([
      ...["wait", "pod", "--all", "--namespace", namespace],
      ...["--for=condition=Ready", "--timeout=180s"],
    ]);
  }

  /** A Service of type LoadBalancer in front of `web`. */
  publicService(name: string): object {
    return serviceObject(this.namespace, name, web, 8080, "LoadBalancer");
  }

  /** A claim of a small volume. */
  claim(name: string): object {
    return {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name, namespace: this.namespace },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Mi" } } },
    };
  }

  /** A claim as the API server has it. */
  readClaim(name: string): Promise<Claim> {
    return this.cluster.read<Claim>("pvc", name, "--namespace", this.namespace);
  }

  /** Runs a shell line in `client`. */
  inClient(line: string): Promise<Ended> {
    return this.cluster.inPod(this.namespace, "client", line);
  }

  /** `client` asks the Service `web`. */
  reach(): Promise<Ended> {
    return this.inClient(tryHttp("web", 8080));
  }

  /** Closes `web` with a policy; ends when it is closed. */
  async close(): Promise<void> {
    const policy = {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "closed", namespace: this.namespace },
      spec: { podSelector: { matchLabels: web }, policyTypes: ["Ingress"] },
    };
    await this.cluster.submit([policy]);
    await eventually(
      "closed",
      () => this.reach(),
      ({ code }) => code !== 0,
    );
  }

  /** Removes that policy. */
  async open(): Promise<void> {
    await this.cluster.kubectl(["delete", "networkpolicy", "closed", "--namespace", this.namespace]);
  }

  /** Waits until `client` reaches `web`. */
  async reachable(): Promise<void> {
    await eventually(
      "the Service answers",
      () => this.reach(),
      ({ code }) => code === 0,
    );
  }
}
