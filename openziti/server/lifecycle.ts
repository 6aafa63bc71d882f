import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as plugin from "@pulumi/pulumi/proto/plugin_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { setTimeout as wait } from "node:timers/promises";
import { ControllerClient } from "../client/client";
import { enroll } from "../client/enrollment";
import type { ClusterChoice } from "../client/port-forward/kubeconfig";
import { Engine } from "../engine";
import { RefusedError } from "../engine/errors";
import { Properties } from "../values";
import { connectionProblems, secretArguments, toConnection } from "./connection";
import type { Configured } from "./configured";
import { ownTagsOf } from "./own-tags";
import { changedNames, detailedDiff } from "./detailed-diff";
import type { EngineLog } from "./engine-log";
import { pluginVersion, renderSchema } from "./schema";
import { fromStruct, toStruct } from "./struct";

/** The part of the protocol that is about the provider itself. Nothing here sends a request to the controller, except the logout. */
export class Lifecycle {
  private client?: ControllerClient;
  private current?: Configured;
  private choice?: ClusterChoice;
  private readonly stop = new AbortController();

  constructor(private readonly log: EngineLog) {}

  /** The connection to work with. Fails before `configure`. */
  configured(): Configured {
    if (this.current === undefined) throw new RefusedError("The provider was asked to work before it was configured.");
    return this.current;
  }

  /** The cluster whose DNS is written to, and what says that it is time to stop. Fails where none was given. */
  cluster(): { readonly choice: ClusterChoice; readonly signal: AbortSignal } {
    if (this.choice === undefined) throw new RefusedError('The provider was given no cluster: set "kubernetes".');
    return { choice: this.choice, signal: this.stop.signal };
  }

  handshake(request: proto.ProviderHandshakeRequest): proto.ProviderHandshakeResponse {
    this.log.connect(request.getEngineAddress());
    return new proto.ProviderHandshakeResponse()
      .setAcceptSecrets(true)
      .setAcceptResources(false)
      .setAcceptOutputs(false);
  }

  pluginInfo(): plugin.PluginInfo {
    return new plugin.PluginInfo().setVersion(pluginVersion);
  }

  schema(): proto.GetSchemaResponse {
    return new proto.GetSchemaResponse().setSchema(renderSchema());
  }

  checkConfig(request: proto.CheckRequest): proto.CheckResponse {
    const { properties, secrets } = fromStruct(request.getNews());
    // Pulumi prints the value of the property a failure names, secret or not: so none is named, the reason does.
    const failures = connectionProblems(properties).map(({ reason }) => new proto.CheckFailure().setReason(reason));
    const sealed = toStruct(properties, new Set([...secrets, ...secretArguments]));
    return new proto.CheckResponse().setInputs(sealed).setFailuresList(failures);
  }

  /** A new address or credential leads to the same objects, so nothing ever replaces the provider and all it made. */
  diffConfig(request: proto.DiffRequest): proto.DiffResponse {
    const olds = fromStruct(request.getOldInputs() ?? request.getOlds()).properties;
    const names = changedNames(olds, fromStruct(request.getNews()).properties);
    return detailedDiff(
      names.map((path) => ({ path, kind: "update", replaces: false })),
      false,
    );
  }

  configure(request: proto.ConfigureRequest): proto.ConfigureResponse {
    const { properties } = fromStruct(request.getArgs());
    this.use(properties);
    return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
  }

  /** Pulumi's last word to a provider, after an interruption as at the end of every run: stop, and leave no session. */
  async cancel(): Promise<Empty> {
    this.stop.abort();
    await this.client?.close();
    return new Empty();
  }

  private use(properties: Properties): void {
    const { cluster, credential, stack, adopt, kubernetes } = toConnection(properties);
    this.choice = kubernetes;
    if (cluster.urls.length === 0) return;
    const client = new ControllerClient(cluster, credential);
    this.client = client;
    const ownTags = ownTagsOf(stack);
    const pause = (ms: number) => wait(ms);
    this.current = {
      ownTags,
      adopt,
      enroll: (jwt, request) => enroll(client.endpoints(), jwt, request),
      controller: client,
      engine: new Engine(client, { ownTags, adopt, pause, now: Date.now }),
    };
  }
}
