import { once } from "node:events";
import * as http from "node:http";
import * as http2 from "node:http2";
import * as net from "node:net";
import { undeclaredPort, type Workload } from "./workloads";

/** Header, or first bytes of a connection without HTTP, by which a request is known on both sides of a proxy. */
export const caseHeader = "x-case";

/** A request as it came out of the proxy. `path` is undefined on connections without HTTP. */
export interface Arrival {
  readonly workload: string;
  readonly path?: string;
  readonly headers: http.IncomingHttpHeaders;
}

type Protocol = Workload["ports"][number]["protocol"];

/** What is behind proxies: answers everything with gRPC's OK, or with an echo, and remembers it. */
export class Backends {
  /** Everything that arrived, by case. */
  readonly arrivals = new Map<string, Arrival>();
  private readonly servers: net.Server[] = [];
  private readonly sockets = new Set<net.Socket>();

  /** Listens on every declared port of each workload, and on one that nobody declared. */
  async start(workloads: readonly Workload[]): Promise<void> {
    for (const workload of workloads) {
      const declaredTcp = workload.ports.some(({ protocol }) => protocol === "TCP");
      for (const { number, protocol } of workload.ports)
        await this.listen(workload, number, this.create(protocol, workload));
      await this.listen(workload, undeclaredPort, this.create(declaredTcp ? "TCP" : "GRPC", workload));
    }
  }

  /** Ends every connection and listener. */
  async stop(): Promise<void> {
    const closed = this.servers.map((server) => once(server, "close"));
    for (const server of this.servers) server.close();
    for (const socket of this.sockets) socket.destroy();
    await Promise.all(closed);
  }

  private async listen({ address }: Workload, port: number, server: net.Server): Promise<void> {
    server.on("connection", (socket: net.Socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
    });
    server.listen(port, address);
    await once(server, "listening");
    this.servers.push(server);
  }

  // A sidecar speaks HTTP/2 to the ports declared as gRPC, HTTP/1.1 to those declared as HTTP.
  private create(protocol: Protocol, workload: Workload): net.Server {
    if (protocol === "TCP") return this.createEcho(workload);
    return protocol === "HTTP" ? http.createServer(this.answer(workload)) : this.createGrpc(workload);
  }

  private answer({ name }: Workload): http.RequestListener {
    return ({ url, headers }, response) => {
      this.arrivals.set(String(headers[caseHeader]), { workload: name, path: url, headers });
      response.writeHead(200, { "grpc-status": "0" }).end();
    };
  }

  private createGrpc({ name }: Workload): net.Server {
    const server = http2.createServer();
    server.on("stream", (stream, headers) => {
      this.arrivals.set(String(headers[caseHeader]), { workload: name, path: headers[":path"], headers });
      stream.on("error", () => stream.destroy());
      stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
      stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
      stream.end();
      stream.resume();
    });
    return server;
  }

  private createEcho({ name }: Workload): net.Server {
    return net.createServer((socket) => {
      socket.on("error", () => socket.destroy());
      socket.once("data", (bytes) => {
        this.arrivals.set(bytes.toString("utf8"), { workload: name, headers: {} });
        socket.end(bytes);
      });
    });
  }
}
