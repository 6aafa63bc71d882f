import { createServer } from "node:net";

/** The address every engine listens on. */
export const loopback = "127.0.0.1";

/** Ports of a platform by use. */
export interface Ports {
  readonly etcdClient: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
  readonly controllerManager: number;
  readonly scheduler: number;
  readonly kwok: number;
  readonly controller: number;
  readonly router: number;
}

/** Ports a platform takes when they are free. */
export const preferredPorts: Ports = {
  etcdClient: 23790,
  etcdPeer: 23800,
  apiServer: 26443,
  controllerManager: 26257,
  scheduler: 26259,
  kwok: 26247,
  controller: 21280,
  router: 23022,
};

/** Chooses a port for every use: the wished one when it is free, any other free one when it is taken. */
export async function choosePorts(wished: Ports): Promise<Ports> {
  const chosen: Record<string, number> = {};
  for (const [use, port] of Object.entries(wished) as [keyof Ports, number][]) {
    const taken = Object.values(chosen).includes(port) || !(await isFree(port));
    chosen[use] = taken ? await anyFreePort() : port;
  }
  return chosen as unknown as Ports;
}

/** True when nothing listens on the port of the loopback address. */
export async function isFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== undefined;
}

async function anyFreePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === undefined) throw new Error(`no free port on ${loopback}`);
  return port;
}

function tryListen(port: number): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) =>
      error.code === "EADDRINUSE" || error.code === "EACCES" ? resolve(undefined) : reject(error),
    );
    server.listen({ port, host: loopback, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : undefined));
    });
  });
}
