import * as http from "node:http";
import * as https from "node:https";
import * as tls from "node:tls";

/** What a public host answered. */
export interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

/** A client as `curl --resolve` is one: the name is in TLS and in the request, the address is the gateway's. */
export class PublicClient {
  public constructor(
    /** Address of the gateway. */
    private readonly address: string,
    /** Its port of TLS, and the one of plain HTTP. */
    private readonly ports: Readonly<Record<"secure" | "plain", number>>,
    /** The authority it trusts, PEM. */
    private readonly authority: string,
  ) {}

  /** Sends one request over TLS. Rejects when the gateway is not trusted or gives no answer. */
  fetch(host: string, path: string, options: https.RequestOptions = {}): Promise<Answer> {
    const headers = { host: `${host}:${this.ports.secure}`, ...options.headers };
    const target = { host: this.address, port: this.ports.secure, servername: host, ca: this.authority };
    return answerOf(https.request({ ...target, path, agent: false, ...options, headers }));
  }

  /** Sends one request without TLS. */
  fetchPlain(host: string, path: string): Promise<Answer> {
    const target = { host: this.address, port: this.ports.plain, agent: false };
    return answerOf(http.request({ ...target, path, headers: { host } }));
  }

  /** Opens a connection and nothing more; the caller ends it. Rejects with the reason of a refusal. */
  connect(options: tls.ConnectionOptions): Promise<tls.TLSSocket> {
    const target = { host: this.address, port: this.ports.secure, ca: this.authority };
    return new Promise((resolve, reject) => {
      const socket = tls.connect({ ...target, ...options }, () => resolve(socket));
      socket.once("error", reject);
    });
  }

  /** The names in the certificate that is shown for a name in TLS, sorted. Whether it is trusted is not looked at. */
  async namesShownFor(servername: string): Promise<readonly string[]> {
    const socket = await this.connect({ servername, rejectUnauthorized: false });
    const { subjectaltname = "" } = socket.getPeerCertificate();
    socket.destroy();
    return subjectaltname
      .split(", ")
      .map((name) => name.replace(/^DNS:/, ""))
      .sort();
  }
}

function answerOf(request: http.ClientRequest): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request.on("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (part: string) => (body += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    request.on("upgrade", ({ statusCode = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status: statusCode, headers, body: "" });
    });
    request.on("error", reject).end();
  });
}
