/** Pulumi's provider protocol over gRPC on loopback. */
import * as grpc from "@grpc/grpc-js";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import type * as proto from "@pulumi/pulumi/proto/provider_pb";
import { tryFindRefusal } from "./resource-type";
import { PluginSession } from "./session";

function refuse(token: string): never {
  throw new Error(tryFindRefusal(token) ?? `${token}: not possible with the local stand-in of the Kubernetes plugin`);
}

function unary<Request, Response>(
  answer: (request: Request) => Response | Promise<Response>,
): grpc.handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const responding = Promise.resolve(call.request).then(answer);
    responding.then(
      (response) => callback(null, response),
      (error: unknown) => callback({ code: grpc.status.UNKNOWN, details: (error as Error).message }),
    );
  };
}

/** Serves the protocol on a free loopback port; resolves with the port. `engineAddress` may be empty. */
export async function startServer(engineAddress: string): Promise<{ port: number; server: grpc.Server }> {
  const session = new PluginSession(engineAddress);
  // No limit: a CRD bundle in state is larger than the 4 MB that gRPC allows by default.
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  server.addService(ResourceProviderService, {
    handshake: unary((request: proto.ProviderHandshakeRequest) => session.handshake(request)),
    attach: unary((request: PluginAttach) => session.attach(request)),
    getPluginInfo: unary(() => session.getPluginInfo()),
    getSchema: unary(() => session.getSchema()),
    checkConfig: unary((request: proto.CheckRequest) => session.checkConfig(request)),
    diffConfig: unary((request: proto.DiffRequest) => session.diffConfig(request)),
    configure: unary((request: proto.ConfigureRequest) => session.configure(request)),
    check: unary((request: proto.CheckRequest) => session.check(request)),
    diff: unary((request: proto.DiffRequest) => session.diff(request)),
    create: unary((request: proto.CreateRequest) => session.create(request)),
    read: unary((request: proto.ReadRequest) => session.read(request)),
    update: unary((request: proto.UpdateRequest) => session.update(request)),
    delete: unary((request: proto.DeleteRequest) => session.delete(request)),
    cancel: unary(() => session.cancel()),
    invoke: unary((request: proto.InvokeRequest) => refuse(request.getTok())),
    call: unary((request: proto.CallRequest) => refuse(request.getTok())),
    construct: unary((request: proto.ConstructRequest) => refuse(request.getType())),
  });
  const port = await new Promise<number>((resolve, reject) => {
    const ready = (error: Error | null, bound: number): void => (error === null ? resolve(bound) : reject(error));
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), ready);
  });
  return { port, server };
}
