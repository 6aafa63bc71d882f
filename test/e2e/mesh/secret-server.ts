import * as grpc from "@grpc/grpc-js";
import { BinaryReader, BinaryWriter } from "google-protobuf";
import type { KeyPair } from "./certificates";

/** What a proxy asks the secret discovery service for: a certificate with its key, or the authorities it trusts. */
export type Secret = { readonly keyPair: KeyPair } | { readonly trusted: string };

/** Answers one name for one proxy, by its node id; undefined when it may not have it. */
export type SecretSource = (node: string, name: string) => Promise<Secret | undefined>;

const typeUrl = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret";

// Numbers of the fields that are used, from Envoy's published API (discovery.proto, secret.proto, base.proto).
const discoveryRequest = { node: 2, resourceNames: 3, nodeId: 1 } as const;
const discoveryResponse = { version: 1, resources: 2, typeUrl: 4, nonce: 5 } as const;
const any = { typeUrl: 1, value: 2 } as const;
const secretFields = { name: 1, tlsCertificate: 2, validationContext: 4 } as const;
const tlsCertificate = { chain: 1, key: 2 } as const;
const trustedCa = 1;
const inlineBytes = 2;

interface Request {
  readonly node?: string;
  readonly names: readonly string[];
}

function readNodeId(bytes: Uint8Array): string | undefined {
  const reader = new BinaryReader(bytes);
  while (reader.nextField()) {
    if (reader.getFieldNumber() === discoveryRequest.nodeId) return reader.readString();
    reader.skipField();
  }
  return undefined;
}

function readRequest(bytes: Uint8Array): Request {
  const reader = new BinaryReader(bytes);
  const names: string[] = [];
  let node: string | undefined;
  while (reader.nextField()) {
    if (reader.getFieldNumber() === discoveryRequest.node) node = readNodeId(reader.readBytes());
    else if (reader.getFieldNumber() === discoveryRequest.resourceNames) names.push(reader.readString());
    else reader.skipField();
  }
  return { node, names };
}

function write(fields: readonly (readonly [number, string | Uint8Array])[]): Uint8Array {
  const writer = new BinaryWriter();
  for (const [number, value] of fields) {
    if (typeof value === "string") writer.writeString(number, value);
    else writer.writeBytes(number, value);
  }
  return writer.getResultBuffer();
}

function toDataSource(text: string): Uint8Array {
  return write([[inlineBytes, Buffer.from(text)]]);
}

function writeSecret(name: string, secret: Secret): Uint8Array {
  if ("trusted" in secret) {
    const context = write([[trustedCa, toDataSource(secret.trusted)]]);
    return write([
      [secretFields.name, name],
      [secretFields.validationContext, context],
    ]);
  }
  const pair = write([
    [tlsCertificate.chain, toDataSource(secret.keyPair.certificate)],
    [tlsCertificate.key, toDataSource(secret.keyPair.key)],
  ]);
  return write([
    [secretFields.name, name],
    [secretFields.tlsCertificate, pair],
  ]);
}

function writeResponse(secrets: readonly Uint8Array[], nonce: string): Buffer {
  const resources = secrets.map((secret) => {
    const resource = write([
      [any.typeUrl, typeUrl],
      [any.value, secret],
    ]);
    return [discoveryResponse.resources, resource] as const;
  });
  return Buffer.from(
    write([
      [discoveryResponse.version, "1"],
      ...resources,
      [discoveryResponse.typeUrl, typeUrl],
      [discoveryResponse.nonce, nonce],
    ]),
  );
}

const identity = (bytes: Buffer): Buffer => bytes;

const service: grpc.ServiceDefinition = {
  StreamSecrets: {
    path: "/envoy.service.secret.v3.SecretDiscoveryService/StreamSecrets",
    requestStream: true,
    responseStream: true,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  },
};

// A request that repeats the last names acknowledges them: nothing here ever rotates.
function serve(source: SecretSource): grpc.handleBidiStreamingCall<Buffer, Buffer> {
  return (stream) => {
    let node = "";
    let answered = "";
    let sent = 0;
    stream.on("end", () => stream.end());
    stream.on("data", (bytes: Buffer) => {
      const request = readRequest(bytes);
      node = request.node ?? node;
      if (request.names.join() === answered) return;
      answered = request.names.join();
      void Promise.all(request.names.map(async (name) => ({ name, secret: await source(node, name) }))).then(
        (found) => {
          const secrets = found.flatMap(({ name, secret }) => (secret ? [writeSecret(name, secret)] : []));
          stream.write(writeResponse(secrets, String(++sent)));
        },
        (error: Error) => stream.destroy(error),
      );
    });
  };
}

/** The secret discovery service that pilot-agent is for a proxy: gives each its certificate and the mesh's authority. */
export class SecretServer {
  private constructor(
    private readonly server: grpc.Server,
    /** Port on loopback. */
    readonly port: number,
  ) {}

  /** Starts it on a free port of `address`. */
  static async start(address: string, source: SecretSource): Promise<SecretServer> {
    const server = new grpc.Server();
    server.addService(service, { StreamSecrets: serve(source) });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync(`${address}:0`, grpc.ServerCredentials.createInsecure(), (error, bound) =>
        error ? reject(error) : resolve(bound),
      );
    });
    return new SecretServer(server, port);
  }

  /** Ends every stream. */
  stop(): void {
    this.server.forceShutdown();
  }
}
