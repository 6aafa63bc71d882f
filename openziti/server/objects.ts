import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { UnreachableError } from "../client/errors";
import { PortForwardError } from "../client/port-forward/errors";
import { describeAdoption } from "../engine/adoption";
import { type Change, diff, mustDeleteFirst } from "../engine/diff";
import { RefusedError, withWayOut } from "../engine/errors";
import { isBearerGone, isTokenExpired } from "../engine/token";
import { toPlannedState } from "../engine/translate";
import { tryFindKind } from "../kinds";
import type { Kind } from "../kinds/kind";
import { Properties } from "../values";
import type { EngineLog } from "./engine-log";
import type { Configured } from "./configured";
import { detailedDiff } from "./detailed-diff";
import { checkDeclared, seal, sealedNames } from "./seal";
import { fromStruct, Opened } from "./struct";

const renewedOutput = "enrollmentJwt";

/** The part of the protocol that is about objects: opens secrets on the way in, seals them on the way out. */
export class Objects {
  constructor(
    private readonly configured: () => Configured,
    private readonly log: EngineLog,
  ) {}

  check(request: proto.CheckRequest): proto.CheckResponse {
    return checkDeclared(kindOf(request.getUrn()), request, this.configured().ownTags);
  }

  async diff(request: proto.DiffRequest): Promise<proto.DiffResponse> {
    const kind = kindOf(request.getUrn());
    const olds = oldInputs(request.getOldInputs(), request.getOlds()).properties;
    const news = fromStruct(request.getNews()).properties;
    this.configured().engine.claim(kind, request.getId(), request.getUrn(), olds);
    const state = fromStruct(request.getOlds()).properties;
    const changes = [...diff(kind, olds, news), ...(await this.tokenChanges(kind, request.getId(), state))];
    const replaced = this.tokenIsPerMember(kind) ? changes.map((one) => withNewObject(kind, one)) : changes;
    return detailedDiff(replaced, mustDeleteFirst(replaced));
  }

  private tokenIsPerMember({ token }: Kind): boolean {
    return token?.isPerMember === true && this.configured().controller.endpoints().length > 1;
  }

  /**
   * A token that ran out unused makes a change by itself: an update issues it anew. The state is of the time before it was
   * used, so the controller is asked; where it cannot be, nothing can be issued either.
   */
  private async tokenChanges(kind: Kind, id: string, state: Properties): Promise<Change[]> {
    if (!isTokenExpired(kind, state, Date.now())) return [];
    const isSettled = await this.configured()
      .engine.isTokenUsed(kind, id)
      .catch((error: unknown) => {
        if (error instanceof UnreachableError || error instanceof PortForwardError) return true;
        throw error;
      });
    return isSettled ? [] : [{ path: renewedOutput, kind: "update", replaces: false, isOutput: true }];
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const kind = kindOf(request.getUrn());
    const { properties, secrets } = fromStruct(request.getProperties());
    if (request.getPreview()) {
      await this.announceAdoption(kind, request.getUrn(), properties, secrets);
      return new proto.CreateResponse().setProperties(seal(kind, toPlannedState(kind, properties), secrets));
    }
    const { id, state } = await this.configured().engine.create(kind, request.getUrn(), properties);
    return new proto.CreateResponse().setId(id).setProperties(seal(kind, state, secrets));
  }

  /** A preview shows a creation either way: with consent to take over, what that would change is said besides. */
  private async announceAdoption(kind: Kind, urn: string, inputs: Properties, secrets: ReadonlySet<string>) {
    const { adopt, controller, ownTags } = this.configured();
    if (!adopt) return;
    const sealed = sealedNames(kind, secrets);
    const sentence = await describeAdoption(controller, kind, inputs, { ownTags, secrets: sealed });
    if (sentence !== undefined) await this.log.warn(urn, sentence);
  }

  async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const kind = kindOf(request.getUrn());
    const olds = fromStruct(request.getInputs());
    const previous = fromStruct(request.getProperties());
    const known = Object.keys(olds.properties).length > 0 ? olds.properties : undefined;
    const found = await this.configured().engine.tryRead(kind, request.getId(), known, previous.properties);
    if (found === undefined) return new proto.ReadResponse();
    const secrets = new Set([...olds.secrets, ...previous.secrets]);
    return new proto.ReadResponse()
      .setId(found.id)
      .setInputs(seal(kind, found.inputs, secrets))
      .setProperties(seal(kind, found.state, secrets));
  }

  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const kind = kindOf(request.getUrn());
    const previous = fromStruct(request.getOlds()).properties;
    const olds = oldInputs(request.getOldInputs(), request.getOlds()).properties;
    const { properties, secrets } = fromStruct(request.getNews());
    if (request.getPreview()) {
      const isRenewed = isTokenExpired(kind, previous, Date.now()) || isBearerGone(kind, olds, properties);
      const kept = isRenewed ? {} : previous;
      return new proto.UpdateResponse().setProperties(seal(kind, toPlannedState(kind, properties, kept), secrets));
    }
    const { state } = await this.configured().engine.update(kind, request.getId(), olds, properties, previous);
    return new proto.UpdateResponse().setProperties(seal(kind, state, secrets));
  }

  async delete(request: proto.DeleteRequest): Promise<Empty> {
    const { engine } = this.configured();
    await engine.remove(kindOf(request.getUrn()), request.getId(), request.getUrn()).catch((error: unknown) => {
      throw withWayOut(error);
    });
    return new Empty();
  }
}

// What would issue a token anew makes a new object, which has one.
function withNewObject({ token }: Kind, change: Change): Change {
  const isAboutToken = change.path === token?.bearer?.field || change.path === renewedOutput;
  return isAboutToken ? { ...change, replaces: true } : change;
}

/** State written before Pulumi sent old inputs along holds them among the outputs. */
function oldInputs(inputs: Struct | undefined, state: Struct | undefined): Opened {
  return fromStruct(inputs ?? state);
}

/** The type token in the unique name of a resource. */
export function typeOfUrn(urn: string): string {
  return urn.split("::")[2]?.split("$").at(-1) ?? "";
}

function kindOf(urn: string): Kind {
  const token = typeOfUrn(urn);
  const kind = tryFindKind(token);
  if (kind === undefined) throw new RefusedError(`${token} is not a kind of object this provider manages.`);
  return kind;
}
