import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type * as proto from "@pulumi/pulumi/proto/provider_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import { toServiceError } from "./failure";
import { EngineLog } from "./engine-log";
import { ClusterDnsResource, clusterDnsToken } from "./cluster-dns";
import { EnrolledIdentities, enrolledIdentityToken } from "./enrolled-identities";
import { ForeignGrants, foreignGrantsToken } from "./foreign-grants";
import { Functions } from "./functions";
import { Lifecycle } from "./lifecycle";
import { Objects, typeOfUrn } from "./objects";
import { Waits, waitTokens } from "./waits";

/** A provider that listens on loopback. */
export interface RunningServer {
  readonly port: number;
  /** Ends the session with the controller, then the server. */
  readonly stop: () => Promise<void>;
}

/** Serves Pulumi's provider protocol on a free port of the loopback interface. */
export async function startServer(): Promise<RunningServer> {
  const log = new EngineLog();
  const lifecycle = new Lifecycle(log);
  const server = new grpc.Server({ "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 });
  const configured = () => lifecycle.configured();
  const waits = new Waits(configured);
  const resources = {
    objects: new Objects(configured, log),
    special: {
      [foreignGrantsToken]: new ForeignGrants(configured, log),
      [enrolledIdentityToken]: new EnrolledIdentities(configured),
      [clusterDnsToken]: new ClusterDnsResource(lifecycle),
      ...Object.fromEntries(waitTokens.map((token) => [token, waits])),
    },
  };
  server.addService(ResourceProviderService, handlers(lifecycle, resources, new Functions(configured)));
  const port = await new Promise<number>((resolve, reject) => {
    const credentials = grpc.ServerCredentials.createInsecure();
    server.bindAsync("127.0.0.1:0", credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const stop = async () => {
    await lifecycle.cancel();
    log.close();
    server.forceShutdown();
  };
  return { port, stop };
}

interface Resources {
  readonly objects: Objects;
  /** What is more or less than an object of the controller, by type token. */
  readonly special: Readonly<Record<string, ForeignGrants | EnrolledIdentities | ClusterDnsResource | Waits>>;
}

function handlers(
  lifecycle: Lifecycle,
  { objects, special }: Resources,
  functions: Functions,
): grpc.UntypedServiceImplementation {
  const of = (request: { getUrn(): string }) => special[typeOfUrn(request.getUrn())] ?? objects;
  return {
    handshake: unary(lifecycle.handshake.bind(lifecycle)),
    attach: unary(() => new Empty()),
    getPluginInfo: unary(() => lifecycle.pluginInfo()),
    getSchema: unary(() => lifecycle.schema()),
    checkConfig: unary(lifecycle.checkConfig.bind(lifecycle)),
    diffConfig: unary(lifecycle.diffConfig.bind(lifecycle)),
    configure: unary(lifecycle.configure.bind(lifecycle)),
    cancel: unary(() => lifecycle.cancel()),
    check: unary((request: proto.CheckRequest) => of(request).check(request)),
    diff: unary((request: proto.DiffRequest) => of(request).diff(request)),
    create: unary((request: proto.CreateRequest) => of(request).create(request)),
    read: unary((request: proto.ReadRequest) => of(request).read(request)),
    update: unary((request: proto.UpdateRequest) => of(request).update(request)),
    delete: unary((request: proto.DeleteRequest) => of(request).delete(request)),
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
