import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { toServiceError } from "./server/failure";
import { Functions } from "./server/functions";
import { Lifecycle } from "./server/lifecycle";
import { Objects } from "./server/objects";

/** A provider that listens on loopback. */
export interface RunningServer {
  readonly port: number;
  /** Ends the session with the controller, then the server. */
  readonly stop: () => Promise<void>;
}

/** Serves Pulumi's provider protocol on a free port of the loopback interface. */
export async function startServer(): Promise<RunningServer> {
  const lifecycle = new Lifecycle();
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const configured = () => lifecycle.configured();
  server.addService(ResourceProviderService, handlers(lifecycle, new Objects(configured), new Functions(configured)));
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const stop = async () => {
    await lifecycle.cancel();
    server.forceShutdown();
  };
  return { port, stop };
}

function handlers(lifecycle: Lifecycle, objects: Objects, functions: Functions): grpc.UntypedServiceImplementation {
  return {
    handshake: unary(() => lifecycle.handshake()),
    attach: unary(() => new Empty()),
    getPluginInfo: unary(() => lifecycle.pluginInfo()),
    getSchema: unary(() => lifecycle.schema()),
    checkConfig: unary(lifecycle.checkConfig.bind(lifecycle)),
    diffConfig: unary(lifecycle.diffConfig.bind(lifecycle)),
    configure: unary(lifecycle.configure.bind(lifecycle)),
    cancel: unary(() => lifecycle.cancel()),
    check: unary(objects.check.bind(objects)),
    diff: unary(objects.diff.bind(objects)),
    create: unary(objects.create.bind(objects)),
    read: unary(objects.read.bind(objects)),
    update: unary(objects.update.bind(objects)),
    delete: unary(objects.delete.bind(objects)),
    invoke: unary(functions.invoke.bind(functions)),
  };
}

/** A handler that answers with what `respond` returns, and turns what it throws into one clear line. */
function unary<Request, Response>(
  respond: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const answer = async () => respond(call.request);
    answer().then(
      (response) => callback(null, response),
      (error: unknown) => callback(toServiceError(error)),
    );
  };
}
