import { once } from "node:events";
import * as http2 from "node:http2";
import * as net from "node:net";
import * as tls from "node:tls";
import type { Verdict } from "../../support/istio-evaluator";
import type { KeyPair } from "./certificates";

/** How a connection presents itself. Without `certificate` it is TLS of a client that has none. */
export interface Credentials {
  readonly plaintext: boolean;
  readonly certificate?: KeyPair;
  /** Authority the client trusts, PEM. */
  readonly trusted: string;
  /** Identity the server must prove, `spiffe://…`. */
  readonly serverIdentity: string;
}

/** Where a connection goes: the proxy's listener, and the destination the kernel would have redirected from. */
export interface Route {
  readonly address: string;
  readonly listenerPort: number;
  readonly port: number;
  readonly host: string;
}

/** One request of a gRPC client. */
export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface Connection {
  readonly socket: net.Socket;
  /** What it means that the server closed without an answer. Throws when the fault is the server's certificate. */
  readonly whenClosed: () => Verdict;
}

// ALPN as the sidecar of a caller sends it; `h2` is what the server chooses.
const httpProtocols = ["istio-h2", "h2"];
const bytesProtocols = ["istio"];
const deniedMessage = "RBAC: access denied";
const emptyMessage = Buffer.alloc(5);

async function connect(route: Route, credentials: Credentials, protocols: string[]): Promise<Connection> {
  const socket = net.connect(route.listenerPort, route.address);
  await once(socket, "connect");
  socket.setNoDelay(true);
  const { localAddress, localPort } = socket;
  socket.write(`PROXY TCP4 ${localAddress} ${route.address} ${localPort} ${route.port}\r\n`);
  return credentials.plaintext
    ? { socket, whenClosed: () => "refused" }
    : secure(socket, route, credentials, protocols);
}

// The server's session ticket says that it took the client's certificate: in TLS 1.3 the handshake alone does not.
function secure(plain: net.Socket, { host }: Route, credentials: Credentials, protocols: string[]): Connection {
  let accepted = false;
  let problem: Error | undefined;
  const socket = tls.connect({
    socket: plain,
    servername: host,
    ca: credentials.trusted,
    cert: credentials.certificate?.certificate,
    key: credentials.certificate?.key,
    ALPNProtocols: protocols,
    minVersion: "TLSv1.3",
    rejectUnauthorized: false,
    checkServerIdentity: (_host, { subjectaltname }) =>
      subjectaltname === `URI:${credentials.serverIdentity}` ? undefined : new Error(`it is ${subjectaltname}`),
  });
  socket.once("session", () => (accepted = true));
  socket.once("secureConnect", () => {
    if (socket.authorized) return;
    problem = new Error(`${host} did not prove to be ${credentials.serverIdentity}: ${socket.authorizationError}`);
    socket.destroy();
  });
  const whenClosed = () => {
    if (problem !== undefined) throw problem;
    return accepted ? "denied" : "refused";
  };
  return { socket, whenClosed };
}

/** What an HTTP server said. `message` is gRPC's, else the body. */
export interface Answer {
  readonly status: number;
  readonly grpcStatus?: string;
  readonly message: string;
}

/** What an HTTP answer means. Throws when it is neither the backend's nor that of a policy. */
export function toVerdict({ status, grpcStatus, message }: Answer): Verdict {
  if (message === deniedMessage && (grpcStatus === "7" || status === 403)) return "denied";
  if (status === 200 && grpcStatus === "0") return "allowed";
  throw new Error(`unexpected answer ${status}, grpc-status ${grpcStatus ?? "none"}: ${message}`);
}

function text(header: unknown): string | undefined {
  return typeof header === "string" ? header : undefined;
}

function readAnswer(stream: http2.ClientHttp2Stream): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers: Record<string, unknown> = {};
    let body = "";
    stream.setEncoding("utf8");
    stream.on("response", (received) => void Object.assign(headers, received));
    stream.on("trailers", (received) => void Object.assign(headers, received));
    stream.on("data", (part: string) => (body += part));
    stream.once("error", reject);
    stream.once("end", () => {
      const message = decodeURIComponent(text(headers["grpc-message"]) ?? body);
      resolve({ status: Number(headers[":status"]), grpcStatus: text(headers["grpc-status"]), message });
    });
  });
}

/** Sends one HTTP/2 request over a connection that nobody else uses; undefined when it ends without an answer. */
export async function exchange(socket: net.Socket, headers: http2.OutgoingHttpHeaders): Promise<Answer | undefined> {
  const session = http2.connect("http://connection", { createConnection: () => socket });
  const closed = new Promise<undefined>((resolve) => {
    session.once("error", () => resolve(undefined));
    session.once("close", () => resolve(undefined));
  });
  try {
    const stream = session.request(headers, { endStream: false });
    stream.end(emptyMessage);
    // A stream that fails with its connection says nothing more than the connection's end.
    const answered = readAnswer(stream).catch((error: Error) => {
      if (session.destroyed || socket.destroyed) return undefined;
      throw error;
    });
    return await Promise.race([answered, closed]);
  } finally {
    session.destroy();
    socket.destroy();
  }
}

/** Sends one gRPC request over a connection of its own. Throws when no proxy is there or the answer is nobody's. */
export async function sendHttp(route: Route, credentials: Credentials, request: HttpRequest): Promise<Verdict> {
  const { socket, whenClosed } = await connect(route, credentials, httpProtocols);
  const answer = await exchange(socket, {
    ":method": request.method,
    ":path": request.path,
    ":authority": `${route.host}:${route.port}`,
    "content-type": "application/grpc",
    te: "trailers",
    ...request.headers,
  });
  return answer === undefined ? whenClosed() : toVerdict(answer);
}

/** Sends a few bytes over a connection of its own, for ports that speak no HTTP, and waits for their echo. */
export async function sendBytes(route: Route, credentials: Credentials, text: string): Promise<Verdict> {
  const { socket, whenClosed } = await connect(route, credentials, bytesProtocols);
  try {
    const echo = await new Promise<string>((resolve) => {
      let received = "";
      socket.on("data", (bytes) => (received += bytes.toString("utf8")));
      socket.once("error", () => resolve(received));
      socket.once("close", () => resolve(received));
      socket.write(text);
    });
    return echo === text ? "allowed" : whenClosed();
  } finally {
    socket.destroy();
  }
}
