import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { check } from "../engine/check";
import type { Kind } from "../kinds/kind";
import type { Properties } from "../values";
import { fromStruct, toStruct } from "./struct";

/** Properties as they leave the provider: what is secret in the kind, or was when it came in, is in an envelope. */
export function seal(kind: Kind, properties: Properties, secrets: ReadonlySet<string>): Struct {
  return toStruct(properties, sealedNames(kind, secrets));
}

/** Names of the properties nobody may read. */
export function sealedNames(kind: Kind, secrets: ReadonlySet<string>): ReadonlySet<string> {
  const always = [...kind.fields, ...kind.outputs].filter(({ secret }) => secret).map(({ name }) => name);
  return new Set([...secrets, ...always]);
}

/** Checks what a program declares of a kind, in Pulumi's terms. Never asks the controller. */
export function checkDeclared(
  kind: Kind,
  request: proto.CheckRequest,
  ownTags: Readonly<Record<string, string>>,
): proto.CheckResponse {
  const { properties, secrets } = fromStruct(request.getNews());
  const { inputs, failures } = check(kind, properties, { ownTags, secrets });
  const hidden = sealedNames(kind, secrets);
  // Pulumi prints the value of the property a failure names, secret or not: a secret one is named by the reason alone.
  const list = failures.map(({ property, reason }) =>
    new proto.CheckFailure().setProperty(hidden.has(property) ? "" : property).setReason(reason),
  );
  return new proto.CheckResponse().setInputs(seal(kind, inputs, secrets)).setFailuresList(list);
}
