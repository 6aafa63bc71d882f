import * as grpc from "@grpc/grpc-js";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";

type Plain = Readonly<Record<string, unknown>>;

const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** A value in the envelope Pulumi's engine puts secrets into. */
export function secret(value: unknown): Plain {
  return { [signatureKey]: secretSignature, value };
}

/** The properties with every envelope and its contents replaced by a mark: what anybody may read. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (typeof value !== "object" || value === null) return value;
  if ((value as Plain)[signatureKey] === secretSignature) return "[secret]";
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withoutSecrets(item)]));
}

function struct(properties: Plain): Struct {
  return Struct.fromJavaScript(properties as Record<string, JavaScriptValue>);
}

/** The unique name of a resource of this kind. */
export function urnOf(kind: string, name = "it"): string {
  return `urn:pulumi:dev::project::openziti:index:${kind}::${name}`;
}

/** Pulumi's engine as the provider sees it: plain objects in, plain objects out, over real gRPC. */
export class ProviderRpc {
  private readonly client: ResourceProviderClient;

  constructor(port: number) {
    this.client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
  }

  close(): void {
    this.client.close();
  }

  handshake(engineAddress = "127.0.0.1:1") {
    return answerOf<proto.ProviderHandshakeResponse>((done) =>
      this.client.handshake(new proto.ProviderHandshakeRequest().setEngineAddress(engineAddress), done),
    );
  }

  getSchema() {
    return answerOf<proto.GetSchemaResponse>((done) => this.client.getSchema(new proto.GetSchemaRequest(), done));
  }

  cancel() {
    return answerOf<Empty>((done) => this.client.cancel(new Empty(), done));
  }

  configure(args: Plain) {
    const request = new proto.ConfigureRequest().setArgs(struct(args));
    return answerOf<proto.ConfigureResponse>((done) => this.client.configure(request, done));
  }

  async checkConfig(news: Plain) {
    const request = new proto.CheckRequest()
      .setUrn("urn:pulumi:dev::project::pulumi:providers:openziti::z")
      .setNews(struct(news));
    return checkedOf(await answerOf((done) => this.client.checkConfig(request, done)));
  }

  async diffConfig(olds: Plain, news: Plain) {
    const request = new proto.DiffRequest().setOldInputs(struct(olds)).setOlds(struct(olds)).setNews(struct(news));
    return diffOf(await answerOf((done) => this.client.diffConfig(request, done)));
  }

  async check(urn: string, news: Plain, olds: Plain = {}) {
    const request = new proto.CheckRequest().setUrn(urn).setNews(struct(news)).setOlds(struct(olds));
    return checkedOf(await answerOf((done) => this.client.check(request, done)));
  }

  async diff(urn: string, id: string, oldInputs: Plain, news: Plain, olds: Plain = oldInputs) {
    const request = new proto.DiffRequest().setUrn(urn).setId(id);
    request.setOldInputs(struct(oldInputs)).setOlds(struct(olds)).setNews(struct(news));
    return diffOf(await answerOf((done) => this.client.diff(request, done)));
  }

  async create(urn: string, properties: Plain, preview = false) {
    const request = new proto.CreateRequest().setUrn(urn).setProperties(struct(properties)).setPreview(preview);
    const answer = await answerOf<proto.CreateResponse>((done) => this.client.create(request, done));
    return { id: answer.getId(), properties: plain(answer.getProperties()) };
  }

  async read(urn: string, id: string, inputs?: Plain, properties?: Plain) {
    const request = new proto.ReadRequest().setUrn(urn).setId(id);
    request.setInputs(inputs && struct(inputs)).setProperties(properties && struct(properties));
    const answer = await answerOf<proto.ReadResponse>((done) => this.client.read(request, done));
    return { id: answer.getId(), inputs: plain(answer.getInputs()), properties: plain(answer.getProperties()) };
  }

  async update(urn: string, id: string, oldInputs: Plain, news: Plain, olds: Plain = oldInputs, preview = false) {
    const request = new proto.UpdateRequest().setUrn(urn).setId(id).setPreview(preview);
    request.setOldInputs(struct(oldInputs)).setOlds(struct(olds)).setNews(struct(news));
    const answer = await answerOf<proto.UpdateResponse>((done) => this.client.update(request, done));
    return plain(answer.getProperties());
  }

  async invoke(name: string, args: Plain = {}) {
    const request = new proto.InvokeRequest().setTok(`openziti:index:${name}`).setArgs(struct(args));
    const answer = await answerOf<proto.InvokeResponse>((done) => this.client.invoke(request, done));
    return { failures: answer.getFailuresList().map((each) => each.getReason()), found: plain(answer.getReturn()) };
  }

  delete(urn: string, id: string, properties: Plain = {}) {
    const request = new proto.DeleteRequest().setUrn(urn).setId(id).setProperties(struct(properties));
    return answerOf<Empty>((done) => this.client.delete(request, done));
  }
}

type Done<T> = (error: grpc.ServiceError | null, answer: T) => void;

function answerOf<T>(call: (done: Done<T>) => unknown): Promise<T> {
  return new Promise((resolve, reject) => call((error, answer) => (error ? reject(error) : resolve(answer))));
}

function plain(properties: Struct | undefined): Record<string, unknown> {
  return properties?.toJavaScript() ?? {};
}

function checkedOf(answer: proto.CheckResponse) {
  const failures = answer
    .getFailuresList()
    .map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() }));
  return { inputs: plain(answer.getInputs()), failures };
}

function diffOf(answer: proto.DiffResponse) {
  const nameOf = new Map(Object.entries(proto.PropertyDiff.Kind).map(([name, kind]) => [Number(kind), name]));
  const details: Record<string, string | undefined> = {};
  answer.getDetaileddiffMap().forEach((change, path) => (details[path] = nameOf.get(change.getKind())));
  return {
    hasChanges: Number(answer.getChanges()) === Number(proto.DiffResponse.DiffChanges.DIFF_SOME),
    details,
    replaces: answer.getReplacesList(),
    deleteFirst: answer.getDeletebeforereplace(),
  };
}
