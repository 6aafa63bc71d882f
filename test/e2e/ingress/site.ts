import { once } from "node:events";
import * as http from "node:http";
import * as https from "node:https";
import type { AddressInfo, Socket } from "node:net";
import * as tls from "node:tls";
import type { KeyPair } from "../mesh/certificates";

/** A request as a backend got it. */
export interface Arrival {
  readonly backend: string;
  readonly method: string;
  readonly path: string;
  readonly headers: http.IncomingHttpHeaders;
  /** Identity that the client proved, `URI:spiffe://…`, where the backend itself ends mutual TLS. */
  readonly client?: string;
}

/** What clients of the overlay speak, by its name in TLS. */
export const overlayProtocol = "ziti-edge";

const page = (api: string) => `<!doctype html><title>agyn</title><body>waiting<script>
fetch(${JSON.stringify(api)}).then((answer) => answer.json()).then(
  (arrival) => { document.body.textContent = arrival.backend + " " + arrival.path; },
  (error) => { document.body.textContent = String(error); });
</script>`;

/** The platform's backends as far as a browser sees them: pages of the apps, a Gateway and a media proxy that echo. */
export class Site {
  /** Everything that arrived, in order. */
  public readonly arrivals: Arrival[] = [];
  private readonly servers: (http.Server | tls.Server)[] = [];
  private readonly sockets = new Set<Socket>();

  /** Serves one backend on an address of its own. `security`: it ends TLS itself, as a sidecar in front of it would. */
  async serve(backend: string, address: string, port: number, security?: https.ServerOptions): Promise<void> {
    const listener: http.RequestListener = (request, response) => this.answer(backend, request, response);
    const server = security === undefined ? http.createServer(listener) : https.createServer(security, listener);
    server.on("upgrade", (request, socket: Socket) => {
      this.note(backend, request);
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
      socket.pipe(socket);
    });
    await this.listen(server, address, port);
  }

  /** Serves an overlay Service, which ends TLS with a certificate that nobody else has and says its name. */
  async serveOverlay(service: string, address: string, port: number, { certificate, key }: KeyPair): Promise<void> {
    const options = { cert: certificate, key, ALPNProtocols: [overlayProtocol] };
    const server = tls.createServer(options, (socket) => socket.end(service));
    await this.listen(server, address, port);
  }

  private note(backend: string, { method = "", url = "", headers, socket }: http.IncomingMessage): Arrival {
    const client = socket instanceof tls.TLSSocket ? socket.getPeerCertificate().subjectaltname : undefined;
    const arrival = { backend, method, path: url, headers, client };
    this.arrivals.push(arrival);
    return arrival;
  }

  private answer(backend: string, request: http.IncomingMessage, response: http.ServerResponse): void {
    const arrival = this.note(backend, request);
    if (backend.endsWith("-app")) {
      response.writeHead(200, { "content-type": "text/html" }).end(page("/api/me"));
    } else if (request.method === "OPTIONS") {
      response.writeHead(204, { "access-control-allow-origin": String(request.headers.origin) }).end();
    } else if (request.headers.range) {
      response.writeHead(206, { "content-range": "bytes 0-3/10" }).end("abcd");
    } else if (arrival.path === "/page") {
      response.writeHead(200, { "content-type": "text/html" }).end(page("/api/me"));
    } else {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(arrival));
    }
  }

  private async listen(server: http.Server | tls.Server, address: string, port: number): Promise<AddressInfo> {
    server.on("connection", (socket: Socket) => {
      this.sockets.add(socket);
      socket.once("close", () => this.sockets.delete(socket));
      socket.on("error", () => socket.destroy());
    });
    server.listen(port, address);
    await once(server, "listening");
    this.servers.push(server);
    return server.address() as AddressInfo;
  }

  /** Ends every connection and listener. */
  stop(): void {
    for (const server of this.servers) server.close();
    for (const socket of this.sockets) socket.destroy();
  }
}
