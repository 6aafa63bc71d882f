/** What one plugin process answers: requests of the protocol to operations, results to responses. */
import { PluginInfo, type PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { ChangeKind, Difference } from "./difference";
import { logInfo } from "./engine-log";
import type { Autonaming } from "./naming";
import { decodeProperties, encodeProperties, revealSecrets } from "./properties";
import { KubernetesProvider } from "./provider";
import { type Problem, diffSettings, toSettings, validateSettings } from "./settings";

const version = "4.32.0";
const introduction =
  "kubernetes: simulated plugin (local stand-in); objects are applied to the API server, nothing waits until they are ready";

const { Kind } = proto.PropertyDiff;
const changeKinds: Record<ChangeKind, proto.PropertyDiff.Kind> = {
  add: Kind.ADD,
  addReplace: Kind.ADD_REPLACE,
  delete: Kind.DELETE,
  deleteReplace: Kind.DELETE_REPLACE,
  update: Kind.UPDATE,
  updateReplace: Kind.UPDATE_REPLACE,
};
const autonamingModes: Autonaming["mode"][] = ["propose", "enforce", "disable"];
const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;

function toFailures(problems: Problem[]): proto.CheckFailure[] {
  return problems.map(({ property, reason }) => {
    const failure = new proto.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
}

function toDiffResponse({ changes, replaces, deleteBeforeReplace }: Difference): proto.DiffResponse {
  const response = new proto.DiffResponse();
  response.setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME);
  response.setReplacesList(replaces);
  response.setDeletebeforereplace(deleteBeforeReplace);
  response.setHasdetaileddiff(true);
  for (const { path, kind } of changes) {
    const change = new proto.PropertyDiff();
    change.setKind(changeKinds[kind]);
    change.setInputdiff(true);
    response.getDetaileddiffMap().set(path, change);
  }
  return response;
}

function toAutonaming(options: proto.CheckRequest.AutonamingOptions | undefined): Autonaming | undefined {
  const mode = options && autonamingModes[options.getMode()];
  return options && mode && { mode, proposedName: options.getProposedName() };
}

/** One plugin process: what the engine told it, and the provider it configured. */
export class PluginSession {
  private configured: KubernetesProvider | undefined;

  constructor(private engineAddress: string) {}

  handshake(request: proto.ProviderHandshakeRequest): proto.ProviderHandshakeResponse {
    this.engineAddress = request.getEngineAddress() || this.engineAddress;
    const response = new proto.ProviderHandshakeResponse();
    response.setAcceptSecrets(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  attach(request: PluginAttach): Empty {
    this.engineAddress = request.getAddress();
    return new Empty();
  }

  checkConfig(request: proto.CheckRequest): proto.CheckResponse {
    const response = new proto.CheckResponse();
    response.setInputs(request.getNews());
    response.setFailuresList(toFailures(validateSettings(revealSecrets(decodeProperties(request.getNews())))));
    return response;
  }

  diffConfig(request: proto.DiffRequest): proto.DiffResponse {
    const [before, after] = [request.getOldInputs() ?? request.getOlds(), request.getNews()].map((properties) =>
      revealSecrets(decodeProperties(properties)),
    );
    const { diffs, replaces } = diffSettings(before ?? {}, after ?? {});
    const response = new proto.DiffResponse();
    response.setChanges(diffs.length === 0 ? DIFF_NONE : DIFF_SOME);
    response.setDiffsList(diffs);
    response.setReplacesList(replaces);
    return response;
  }

  async configure(request: proto.ConfigureRequest): Promise<proto.ConfigureResponse> {
    if (this.configured === undefined) await logInfo(this.engineAddress, introduction);
    this.configured = new KubernetesProvider(toSettings(revealSecrets(decodeProperties(request.getArgs()))));
    const response = new proto.ConfigureResponse();
    response.setAcceptsecrets(true);
    response.setSupportspreview(true);
    response.setSupportsAutonamingConfiguration(true);
    return response;
  }

  async check(request: proto.CheckRequest): Promise<proto.CheckResponse> {
    const inputs = await this.provider.check(request.getUrn(), {
      olds: decodeProperties(request.getOlds()),
      news: decodeProperties(request.getNews()),
      seed: request.getRandomseed_asU8(),
      autonaming: toAutonaming(request.getAutonaming()),
    });
    const response = new proto.CheckResponse();
    response.setInputs(encodeProperties(inputs));
    return response;
  }

  async diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    const [oldInputs, news] = [decodeProperties(request.getOldInputs()), decodeProperties(request.getNews())];
    return toDiffResponse(await this.provider.diff(request.getUrn(), oldInputs, news));
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const properties = decodeProperties(request.getProperties());
    const saved = await this.provider.create(request.getUrn(), properties, request.getPreview());
    const response = new proto.CreateResponse();
    response.setId(saved.id);
    response.setProperties(encodeProperties(saved.state));
    return response;
  }

  async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const state = decodeProperties(request.getProperties());
    const inputs = decodeProperties(request.getInputs());
    const saved = await this.provider.read(request.getUrn(), { id: request.getId(), state, inputs });
    const response = new proto.ReadResponse();
    response.setId(saved.id);
    if (saved.id === "") return response;
    response.setProperties(encodeProperties(saved.state));
    response.setInputs(encodeProperties(saved.inputs));
    return response;
  }

  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const state = await this.provider.update(request.getUrn(), {
      state: decodeProperties(request.getOlds()),
      news: decodeProperties(request.getNews()),
      ignoreChanges: request.getIgnorechangesList(),
      isPreview: request.getPreview(),
    });
    const response = new proto.UpdateResponse();
    response.setProperties(encodeProperties(state));
    return response;
  }

  async delete(request: proto.DeleteRequest): Promise<Empty> {
    const state = decodeProperties(request.getProperties());
    const inputs = decodeProperties(request.getOldInputs());
    await this.provider.delete(request.getUrn(), { id: request.getId(), state, inputs }, request.getTimeout());
    return new Empty();
  }

  getPluginInfo(): PluginInfo {
    const info = new PluginInfo();
    info.setVersion(version);
    return info;
  }

  getSchema(): proto.GetSchemaResponse {
    const response = new proto.GetSchemaResponse();
    response.setSchema(JSON.stringify({ name: "kubernetes", version, resources: {} }));
    return response;
  }

  cancel(): Empty {
    this.configured?.cancel();
    return new Empty();
  }

  private get provider(): KubernetesProvider {
    if (this.configured === undefined) throw new Error("kubernetes: the provider was used before it was configured");
    return this.configured;
  }
}
