import { connect, createServer, type Socket } from "node:net";
import { rmSync } from "node:fs";

/**
 * One way into a network namespace: a port of this machine's loopback, a socket file that both sides see, and an address
 * inside.
 */
export interface Way {
  readonly port: number;
  readonly socket: string;
  readonly host: string;
  readonly inside: number;
}

function join(from: Socket, to: Socket): void {
  for (const [one, other] of [
    [from, to],
    [to, from],
  ] as const) {
    one.pipe(other);
    one.once("error", () => other.destroy());
    one.once("close", () => other.destroy());
  }
}

// `inside` runs in the namespace and takes what comes through the socket file; `outside` listens on the port.
function main([side = "", ways = "[]"]: readonly string[]): void {
  for (const { port, socket, host, inside } of JSON.parse(ways) as Way[]) {
    if (side === "inside") {
      rmSync(socket, { force: true });
      createServer((from) => join(from, connect({ host, port: inside }))).listen(socket);
    } else {
      createServer((from) => join(from, connect(socket))).listen(port, "127.0.0.1");
    }
  }
}

if (require.main === module) main(process.argv.slice(2));
