import type { Duplex } from "node:stream";
import { type ApiServer, loadApiServer } from "./api-server";
import { PortForwardError, TunnelError } from "./errors";
import { type EndpointSliceList, findServicePort, type Pod, type Service, tryFindPod } from "./pod";
import { Tunnel } from "./tunnel";
import { type Clock, type Patience, systemClock } from "../retry";

/** A port of a Kubernetes Service, and the cluster it is in. */
export interface PortForwardTarget {
  /** Content or path of a kubeconfig; a secret. Default: KUBECONFIG, then ~/.kube/config, then the pod's own account. */
  readonly kubeconfig?: string;
  /** Default: the kubeconfig's current context. */
  readonly context?: string;
  readonly namespace: string;
  readonly service: string;
  /** The Service's port, or the number of its target port. */
  readonly port: number;
}

/** What a port-forward may be given besides its target; tests hand in their own time. */
interface PortForwardOptions {
  readonly clock?: Clock;
  readonly patience?: Patience;
}

/**
 * How long a Service may have no ready pod: a freshly installed controller pulls its image and makes its certificates.
 * Spent once per port-forward, so that the many objects of one run do not wait for it one after the other.
 */
const readinessPatience: Patience = { deadlineMs: 300_000, firstWaitMs: 500, longestWaitMs: 5_000 };

/** None: that no pod is ready is told at once, as something that may change. */
export const noPatience: Patience = { deadlineMs: 0, firstWaitMs: 0, longestWaitMs: 0 };

/**
 * Connections to a Service's port through the Kubernetes API server, without anything exposed and without kubectl. The
 * identity of the kubeconfig needs: get services, list endpointslices, get and create pods/portforward.
 */
export class PortForward {
  private readonly clock: Clock;
  private readonly patience: Patience;
  private readonly title: string;
  private apiServer?: Promise<ApiServer>;
  private pod?: Pod;
  private waitingSince?: number;

  constructor(
    private readonly target: PortForwardTarget,
    { clock, patience }: PortForwardOptions = {},
  ) {
    this.clock = clock ?? systemClock;
    this.patience = patience ?? readinessPatience;
    this.title = `Port-forward to Service ${target.namespace}/${target.service}, port ${target.port}`;
  }

  /**
   * One connection, open until either side ends or the signal is aborted; waits for the first ready pod. Fails (or is
   * destroyed) with `TunnelError` when repeating may help, `PortForwardError` when it will not, and `CancelledError`.
   */
  async open(signal: AbortSignal): Promise<Duplex> {
    this.apiServer ??= loadApiServer(this.target, this.title);
    const apiServer = await this.apiServer;
    const pod = (this.pod ??= await this.awaitPod(apiServer, signal));
    const forget = () => {
      if (this.pod === pod) this.pod = undefined; // it may have been replaced: the next connection looks again
    };
    try {
      const socket = await apiServer.openWebSocket(portForwardPath(pod), protocol, signal);
      return new Tunnel(socket, { title: this.title, pod, signal }).once("error", forget);
    } catch (error) {
      forget();
      throw error;
    }
  }

  private async awaitPod(apiServer: ApiServer, signal: AbortSignal): Promise<Pod> {
    for (let repetition = 0; ; repetition++) {
      const pod = await this.tryFindReadyPod(apiServer, signal);
      if (pod !== undefined) {
        this.waitingSince = undefined;
        return pod;
      }
      this.waitingSince ??= this.clock.now();
      const { deadlineMs, firstWaitMs, longestWaitMs } = this.patience;
      const remaining = this.waitingSince + deadlineMs - this.clock.now();
      if (remaining <= 0) throw this.neverReady();
      const wait = Math.min(longestWaitMs, firstWaitMs * 2 ** repetition, remaining);
      await this.clock.sleep(wait, signal);
    }
  }

  private async tryFindReadyPod(apiServer: ApiServer, signal: AbortSignal): Promise<Pod | undefined> {
    const { namespace, service: name, port } = this.target;
    const slicesOf = new URLSearchParams({ labelSelector: `kubernetes.io/service-name=${name}` }).toString();
    const service = await apiServer.get<Service>(`/api/v1${inNamespace(namespace, "services", name)}`, signal);
    const servicePort = findServicePort(service, port, this.title);
    const slices = await apiServer.get<EndpointSliceList>(
      `/apis/discovery.k8s.io/v1${inNamespace(namespace, "endpointslices")}?${slicesOf}`,
      signal,
    );
    return tryFindPod(slices, servicePort, this.title);
  }

  private neverReady(): PortForwardError | TunnelError {
    const { namespace, service } = this.target;
    const look = `Look at the pods behind it: kubectl -n ${namespace} describe service ${service}; kubectl -n ${namespace} get pods`;
    const seconds = this.patience.deadlineMs / 1000;
    if (seconds === 0) return new TunnelError(service, "no ready pod", `${this.title}: no pod is ready. ${look}`);
    return new PortForwardError(`${this.title}: waited ${seconds} s for a ready pod, and there is none. ${look}`);
  }
}

/** The kubelet's protocol: channel 0 carries the bytes, channel 1 the reason why they end. */
const protocol = "v4.channel.k8s.io";

function portForwardPath({ namespace, name, port }: Pod): string {
  return `/api/v1${inNamespace(namespace, "pods", name)}/portforward?ports=${port}`;
}

function inNamespace(namespace: string, ...rest: string[]): string {
  return ["", "namespaces", namespace, ...rest].map(encodeURIComponent).join("/");
}
