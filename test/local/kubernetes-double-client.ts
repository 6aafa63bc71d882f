/** What the engine is to the Kubernetes stand-in: a client of its gRPC server, and a place for its log lines. */
import * as grpc from "@grpc/grpc-js";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import type { LogRequest } from "@pulumi/pulumi/proto/engine_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import {
  type PropertyMap,
  SecretValue,
  decodeProperties,
  encodeProperties,
} from "../../local/doubles/kubernetes/properties";
import { startServer } from "../../local/doubles/kubernetes/server";

type Done<Response> = (error: Error | null, response: Response) => void;

/** The promise of a unary call. */
export function ask<Response>(send: (done: Done<Response>) => unknown): Promise<Response> {
  return new Promise((resolve, reject) =>
    send((error, response) => (error === null ? resolve(response) : reject(error))),
  );
}

const insecure = grpc.ServerCredentials.createInsecure();

async function startEngine(shown: string[]): Promise<{ address: string; server: grpc.Server }> {
  const server = new grpc.Server();
  const log: grpc.handleUnaryCall<LogRequest, Empty> = (call, callback) => {
    shown.push(call.request.getMessage());
    callback(null, new Empty());
  };
  server.addService(EngineService, { log });
  const port = await ask<number>((done) => server.bindAsync("127.0.0.1:0", insecure, done));
  return { address: `127.0.0.1:${port}`, server };
}

/** A started plugin with its engine. */
export class StartedPlugin {
  private constructor(
    readonly client: ResourceProviderClient,
    /** The lines it asked the engine to show. */
    readonly shown: string[],
    private readonly servers: grpc.Server[],
  ) {}

  static async start(): Promise<StartedPlugin> {
    const shown: string[] = [];
    const engine = await startEngine(shown);
    const { port, server } = await startServer(engine.address);
    const client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    return new StartedPlugin(client, shown, [server, engine.server]);
  }

  stop(): void {
    this.client.close();
    for (const server of this.servers) server.forceShutdown();
  }

  async configure(server: string, settings: PropertyMap = {}): Promise<proto.ConfigureResponse> {
    const kubeconfig = JSON.stringify({
      "current-context": "local",
      contexts: [{ name: "local", context: { cluster: "local" } }],
      clusters: [{ name: "local", cluster: { server } }],
    });
    const request = new proto.ConfigureRequest();
    request.setArgs(encodeProperties({ ...settings, kubeconfig: new SecretValue(kubeconfig) }));
    return ask((done) => this.client.configure(request, done));
  }

  async check(urn: string, news: PropertyMap): Promise<PropertyMap> {
    const request = new proto.CheckRequest();
    request.setUrn(urn);
    request.setNews(encodeProperties(news));
    request.setRandomseed(new Uint8Array([1]));
    const response = await ask<proto.CheckResponse>((done) => this.client.check(request, done));
    return decodeProperties(response.getInputs());
  }

  async diff(urn: string, oldInputs: PropertyMap, news: PropertyMap): Promise<proto.DiffResponse> {
    const request = new proto.DiffRequest();
    request.setUrn(urn);
    request.setOldInputs(encodeProperties(oldInputs));
    request.setNews(encodeProperties(news));
    return ask((done) => this.client.diff(request, done));
  }

  async create(urn: string, inputs: PropertyMap, isPreview = false): Promise<[id: string, state: PropertyMap]> {
    const request = new proto.CreateRequest();
    request.setUrn(urn);
    request.setProperties(encodeProperties(inputs));
    request.setPreview(isPreview);
    const response = await ask<proto.CreateResponse>((done) => this.client.create(request, done));
    return [response.getId(), decodeProperties(response.getProperties())];
  }

  async read(urn: string, id: string, state: PropertyMap, inputs: PropertyMap): Promise<proto.ReadResponse> {
    const request = new proto.ReadRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(encodeProperties(state));
    request.setInputs(encodeProperties(inputs));
    return ask((done) => this.client.read(request, done));
  }

  async update(urn: string, id: string, state: PropertyMap, news: PropertyMap): Promise<PropertyMap> {
    const request = new proto.UpdateRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setOlds(encodeProperties(state));
    request.setNews(encodeProperties(news));
    const response = await ask<proto.UpdateResponse>((done) => this.client.update(request, done));
    return decodeProperties(response.getProperties());
  }

  async delete(urn: string, id: string, state: PropertyMap): Promise<void> {
    const request = new proto.DeleteRequest();
    request.setUrn(urn);
    request.setId(id);
    request.setProperties(encodeProperties(state));
    await ask<Empty>((done) => this.client.delete(request, done));
  }
}
