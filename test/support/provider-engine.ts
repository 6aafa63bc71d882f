import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { type LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";

/** Pulumi's engine as far as a provider talks to it: it notes what is logged. */
export async function startEngine() {
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
