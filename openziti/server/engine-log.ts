import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** What the provider has to say beside its answers: Pulumi shows it under the resource it is about. */
export class EngineLog {
  private client?: EngineClient;

  /** Connects to Pulumi's engine, given as `host:port`. Nothing is sent before the first word. */
  connect(address: string): void {
    this.client = new EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Shows a warning. Without an engine that introduced itself there is nobody to tell. */
  async warn(urn: string, message: string): Promise<void> {
    const { client } = this;
    if (client === undefined) return;
    const request = new LogRequest().setSeverity(LogSeverity.WARNING).setUrn(urn).setMessage(message);
    await new Promise<void>((resolve, reject) => {
      client.log(request, (error) => (error ? reject(error) : resolve()));
    });
  }

  close(): void {
    this.client?.close();
  }
}
