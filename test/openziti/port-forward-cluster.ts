import * as assert from "node:assert/strict";
import * as http from "node:http";
import * as https from "node:https";
import * as net from "node:net";
import type { Duplex } from "node:stream";
import { WebSocket, WebSocketServer } from "ws";
import { readFixture } from "../support/fixtures";

/** How a pod treats a connection: the port of a listener on loopback, or a way to fail. */
export type PodBehavior =
  | { readonly forwardsTo: number }
  | { readonly refuses: string }
  | { readonly cutsAfterBytes: number; readonly forwardsTo: number }
  | { readonly answers: number; readonly message: string }
  | "silent";

/** What one port-forward was, as the fake API server saw it. */
export interface SeenForward {
  readonly url: string;
  readonly protocol: string | undefined;
  readonly authorization: string | undefined;
}

/**
 * An API server on loopback with the Service `ziti/controller` (and others when told), and a kubelet's port-forward over WebSockets as
 * `v4.channel.k8s.io` defines it: two channels, each opening with the port's number in two bytes.
 */
export class FakeCluster {
  /** Ports of the Service. Port 1281 goes to the container port of another number, to tell the two apart. */
  servicePorts: unknown[] = [
    { name: "client", port: 1280, targetPort: 1280 },
    { name: "mgmt", port: 1281, targetPort: 8441 },
  ];
  slices: unknown[] = [readySlice("controller-0")];
  pod: PodBehavior = "silent";
  /** Further Services by name, each with the pods behind it as slices. */
  readonly otherSlices = new Map<string, unknown[]>();
  /** What a pod of this name does instead. */
  readonly otherPods = new Map<string, PodBehavior>();
  /** Answer of every GET that is not a port-forward, instead of the object. */
  refusal: { status: number; message: string } | undefined;
  readonly gets: string[] = [];
  readonly forwards: SeenForward[] = [];
  /** Resolved with every connection whose client has gone. */
  readonly gone: Promise<void>;

  private markGone: () => void = () => undefined;
  private readonly server: https.Server;
  private readonly webSockets = new WebSocketServer({ noServer: true, handleProtocols: () => "v4.channel.k8s.io" });
  private readonly sockets = new Set<Duplex>();

  constructor() {
    this.gone = new Promise((resolve) => (this.markGone = resolve));
    const [cert, key] = [readFixture("tls/server.crt"), readFixture("tls/server.key")];
    this.server = https.createServer({ cert, key }, (request, response) => this.answer(request, response));
    this.server.on("upgrade", (request: http.IncomingMessage, socket: Duplex, head: Buffer) => {
      this.forwards.push({
        url: request.url ?? "",
        protocol: request.headers["sec-websocket-protocol"],
        authorization: request.headers.authorization,
      });
      this.upgrade(request, socket, head);
    });
    this.server.on("connection", (socket) => this.sockets.add(socket));
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, "127.0.0.1", resolve));
  }

  async stop(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  get address(): string {
    return `https://127.0.0.1:${(this.server.address() as net.AddressInfo).port}`;
  }

  /** A kubeconfig for this cluster; JSON is YAML too. */
  kubeconfig({ ca = readFixture("tls/ca.crt"), server = this.address } = {}): string {
    return JSON.stringify({
      apiVersion: "v1",
      kind: "Config",
      "current-context": "here",
      contexts: [{ name: "here", context: { cluster: "fake", user: "me" } }],
      clusters: [
        { name: "fake", cluster: { server, "certificate-authority-data": Buffer.from(ca).toString("base64") } },
      ],
      users: [{ name: "me", user: { token: "kubernetes-token" } }],
    });
  }

  private answer({ url = "" }: http.IncomingMessage, response: http.ServerResponse): void {
    this.gets.push(url);
    const service = { spec: { ports: this.servicePorts } };
    const slicesPath = "/apis/discovery.k8s.io/v1/namespaces/ziti/endpointslices";
    const found: Readonly<Record<string, unknown>> = Object.fromEntries<unknown>(
      [["controller", this.slices] as const, ...this.otherSlices].flatMap(([name, items]): [string, unknown][] => [
        [`/api/v1/namespaces/ziti/services/${name}`, service],
        [`${slicesPath}?labelSelector=kubernetes.io%2Fservice-name%3D${name}`, { items }],
      ]),
    );
    const refusal = this.refusal ?? (found[url] ? undefined : { status: 404, message: `${url} not found` });
    response.writeHead(refusal?.status ?? 200, { "content-type": "application/json" });
    response.end(JSON.stringify(refusal ? { kind: "Status", message: refusal.message } : found[url]));
  }

  private upgrade(request: http.IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("close", this.markGone);
    const [, name = ""] = /\/pods\/([^/]+)\//.exec(request.url ?? "") ?? [];
    const pod = this.otherPods.get(name) ?? this.pod;
    if (pod === "silent") return;
    if ("answers" in pod) {
      const body = JSON.stringify({ kind: "Status", message: pod.message });
      socket.end(`HTTP/1.1 ${pod.answers} No\r\ncontent-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
      return;
    }
    socket.cork(); // acceptance and first frames arrive as one piece, the worst case for a client that listens too late
    process.nextTick(() => socket.uncork());
    this.webSockets.handleUpgrade(request, socket, head, (webSocket) => {
      for (const channel of [0, 1]) webSocket.send(Buffer.of(channel, 8441 % 256, Math.floor(8441 / 256)));
      if ("refuses" in pod) {
        webSocket.send(Buffer.concat([Buffer.of(1), Buffer.from(pod.refuses)]));
        webSocket.close(1000);
      } else relay(webSocket, pod.forwardsTo, "cutsAfterBytes" in pod ? pod.cutsAfterBytes : Infinity);
    });
  }
}

/** A slice of the Service with one pod. */
export function readySlice(name: string, conditions: object = { ready: true }): unknown {
  return {
    ports: [
      { name: "client", port: 1280 },
      { name: "mgmt", port: 8441 },
    ],
    endpoints: [{ conditions, targetRef: { kind: "Pod", namespace: "ziti", name } }],
  };
}

function relay(webSocket: WebSocket, port: number, cutsAfterBytes: number): void {
  let passed = 0;
  const pod = net.connect({ host: "127.0.0.1", port });
  pod.on("data", (chunk: Buffer) => {
    pod.pause();
    passed += chunk.length;
    webSocket.send(Buffer.concat([Buffer.of(0), chunk]), () => {
      if (passed >= cutsAfterBytes) webSocket.terminate();
      else pod.resume();
    });
  });
  pod.on("close", () => webSocket.close(1000));
  pod.on("error", () => webSocket.terminate());
  webSocket.on("message", (frame: Buffer) => {
    if (!pod.write(frame.subarray(1))) {
      webSocket.pause();
      pod.once("drain", () => webSocket.resume());
    }
  });
  webSocket.on("close", () => pod.destroy());
}

/** The error a promise rejects with. */
export async function failureOf(opening: Promise<unknown>): Promise<Error> {
  const outcome = await opening.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(outcome instanceof Error, "it must fail");
  return outcome;
}
