import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { randomBytes, X509Certificate } from "node:crypto";
import type { Controller } from "../client/client";
import type { Entity } from "../client/envelope";
import { tagged } from "../client/filter";
import { createCertificateRequest, createPrivateKey } from "../client/key-pair";
import { diff } from "../engine/diff";
import { RefusedError } from "../engine/errors";
import { isRenewalDue } from "../engine/renewal";
import { toPlannedState } from "../engine/translate";
import { tokenOf } from "../kinds";
import { enrolledIdentity as kind } from "../kinds/enrolled-identity";
import { type Properties, textOf } from "../values";
import { detailedDiff } from "./detailed-diff";
import type { Configured } from "./configured";
import { checkDeclared, seal } from "./seal";
import { fromStruct } from "./struct";

/** The type token of an identity with its certificate, as it stands in a program's resources. */
export const enrolledIdentityToken = tokenOf(kind);

const { collection } = kind;
const endingBytes = 4;

/** What the controller shows of the credentials of an identity. */
interface Credentials {
  readonly enrollment?: { readonly ott?: { readonly jwt: string } };
  readonly authenticators?: { readonly cert?: { readonly fingerprint?: string } };
}

/**
 * The part of the protocol about identities that the provider enrolls itself. The key is made here and kept in the state
 * alone; every change but that of a tag makes a new identity, before the old one goes.
 */
export class EnrolledIdentities {
  constructor(private readonly configured: () => Configured) {}

  check(request: proto.CheckRequest): proto.CheckResponse {
    return checkDeclared(kind, request, this.configured().ownTags);
  }

  diff(request: proto.DiffRequest): proto.DiffResponse {
    const state = fromStruct(request.getOlds()).properties;
    const olds = fromStruct(request.getOldInputs() ?? request.getOlds()).properties;
    const changes = diff(kind, olds, fromStruct(request.getNews()).properties);
    const isDue = isRenewalDue(textOf(state, "certPem"), Date.now());
    const renewal = { path: "certPem", kind: "update", replaces: true, isOutput: true } as const;
    return detailedDiff(isDue ? [...changes, renewal] : changes, false);
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const { properties, secrets } = fromStruct(request.getProperties());
    if (request.getPreview()) {
      return new proto.CreateResponse().setProperties(seal(kind, toPlannedState(kind, properties), secrets));
    }
    const { controller, ownTags } = this.configured();
    await removeUnenrolled(controller, ownTags, textOf(properties, "namePrefix"));
    const { id, state } = await this.enroll(properties);
    return new proto.CreateResponse().setId(id).setProperties(seal(kind, { ...properties, ...state }, secrets));
  }

  async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const { properties: state, secrets } = fromStruct(request.getProperties());
    if (typeof state["keyPem"] !== "string") {
      throw new RefusedError(
        `${kind.name} cannot be imported: nobody but its maker has its key. Let the program make it.`,
      );
    }
    const entity = await this.configured().controller.tryGet(collection, request.getId());
    if (entity === undefined) return new proto.ReadResponse();
    const found = { isAdmin: entity["isAdmin"] === true };
    const certPem = isInForce(entity, textOf(state, "certPem")) ? (state["certPem"] ?? "") : "";
    const inputs = { ...fromStruct(request.getInputs()).properties, ...found };
    return new proto.ReadResponse()
      .setId(request.getId())
      .setInputs(seal(kind, inputs, secrets))
      .setProperties(seal(kind, { ...state, ...found, certPem }, secrets));
  }

  /** Only tags change in place. */
  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const { properties, secrets } = fromStruct(request.getNews());
    const state = { ...fromStruct(request.getOlds()).properties, ...properties };
    const tags = properties["tags"] ?? {};
    if (!request.getPreview()) await this.configured().controller.patch(collection, request.getId(), { tags });
    return new proto.UpdateResponse().setProperties(seal(kind, state, secrets));
  }

  async delete(request: proto.DeleteRequest): Promise<Empty> {
    await this.configured().controller.remove(collection, request.getId());
    return new Empty();
  }

  /** An identity that did not get as far as its certificate is of no use to anybody, and is removed again. */
  private async enroll(inputs: Properties): Promise<{ readonly id: string; readonly state: Properties }> {
    const { controller, ownTags, enroll } = this.configured();
    const name = `${textOf(inputs, "namePrefix")}-${randomBytes(endingBytes).toString("hex")}`;
    const keyPem = await createPrivateKey();
    const tags = { ...(inputs["tags"] as Record<string, string> | undefined), ...ownTags };
    const body = { name, type: "Default", isAdmin: inputs["isAdmin"] === true, enrollment: { ott: true }, tags };
    const id = await controller.create(collection, body);
    try {
      const certPem = await enroll(await oneTimeTokenOf(controller, id), await createCertificateRequest(keyPem, name));
      const notAfter = new Date(new X509Certificate(certPem).validTo).toISOString();
      return { id, state: { name, certPem, keyPem, notAfter } };
    } catch (error) {
      await controller.remove(collection, id);
      throw error;
    }
  }
}

const credentialsOf = (entity: Entity) => entity as unknown as Credentials;

async function oneTimeTokenOf(controller: Controller, id: string): Promise<string> {
  const entity = await controller.tryGet(collection, id);
  const jwt = entity && credentialsOf(entity).enrollment?.ott?.jwt;
  if (jwt === undefined) throw new RefusedError(`The controller shows no enrollment token of the identity ${id}.`);
  return jwt;
}

/** What a run left that ended between making an identity and enrolling it. Nobody has its token. */
async function removeUnenrolled(controller: Controller, ownTags: Configured["ownTags"], prefix: string): Promise<void> {
  const own = await controller.list(collection, tagged(ownTags));
  const left = own.filter((entity) => {
    const { enrollment, authenticators } = credentialsOf(entity);
    const isOfPrefix = entity.name.startsWith(`${prefix}-`) && /^-[0-9a-f]{8}$/.test(entity.name.slice(prefix.length));
    return isOfPrefix && enrollment?.ott !== undefined && authenticators?.cert === undefined;
  });
  for (const { id } of left) await controller.remove(collection, id);
}

/** Whether the controller still accepts the certificate. */
function isInForce(entity: Entity, certPem: string): boolean {
  if (certPem === "") return false;
  const fingerprint = new X509Certificate(certPem).fingerprint.replaceAll(":", "").toLowerCase();
  return credentialsOf(entity).authenticators?.cert?.fingerprint === fingerprint;
}
