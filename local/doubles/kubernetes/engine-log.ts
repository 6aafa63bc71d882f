/** Says something to the person who runs Pulumi, through the engine. */
import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** Logs one line at level info. Without an engine (empty address) it goes to stderr. Rejects when the engine is away. */
export async function logInfo(engineAddress: string, message: string): Promise<void> {
  if (engineAddress === "") {
    process.stderr.write(`${message}\n`);
    return;
  }
  const engine = new EngineClient(engineAddress, grpc.credentials.createInsecure());
  const request = new LogRequest();
  request.setSeverity(LogSeverity.INFO);
  request.setMessage(message);
  try {
    await new Promise<void>((resolve, reject) => {
      engine.log(request, (error) => (error === null ? resolve() : reject(error)));
    });
  } finally {
    engine.close();
  }
}
