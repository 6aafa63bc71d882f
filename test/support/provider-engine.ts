import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { startServer } from "../../openziti/server";
import { administrator, startTestDouble, tlsFixtures } from "./contract-double";
import { ProviderRpc, secret } from "./provider-rpc";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** Pulumi's engine as far as a provider talks to it: it notes what is logged. */
async function startEngine() {
  const logged: string[] = [];
  const server = new grpc.Server();
  server.addService(EngineService, {
    log: ({ request }: { request: LogRequest }, done: (error: null, answer: Empty) => void) => {
      const severity = request.getSeverity() === LogSeverity.WARNING ? "warning" : request.getSeverity();
      logged.push(`${severity} of ${request.getUrn()}: ${request.getMessage()}`);
      done(null, new Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  return { address: `127.0.0.1:${port}`, logged, stop: () => server.forceShutdown() };
}

/** A provider between an engine that notes what is logged and a double of the controller; to be configured. */
export type RunningProvider = Awaited<ReturnType<typeof startProvider>>;

/** Starts a provider, a double of its controller and an engine that notes what is logged, and introduces them. */
export async function startProvider() {
  const double = await startTestDouble();
  const engine = await startEngine();
  const server = await startServer();
  const rpc = new ProviderRpc(server.port);
  await rpc.handshake(engine.address);
  const configure = (more: object = {}) => {
    const password = secret(administrator.password);
    return rpc.configure({ url: double.url, ca: tlsFixtures.ca, username: "admin", password, stack: "test", ...more });
  };
  const stop = async () => {
    rpc.close();
    await server.stop();
    engine.stop();
    await double.close();
  };
  return { double, engine, rpc, configure, stop };
}
