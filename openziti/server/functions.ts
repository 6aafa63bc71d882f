import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { RefusedError } from "../engine/errors";
import { tryFindFunction } from "../functions";
import { type Asked, argumentProblems } from "../functions/function";
import type { Configured } from "./configured";
import { fromStruct, toStruct } from "./struct";

/** Whom questions go to. */
export function askedOf({ controller, engine }: Configured): Asked {
  return { controller, listOwn: (collection) => engine.listOwn(collection) };
}

/** The part of the protocol that is about questions. An answer that was asked with a secret is a secret, whole. */
export class Functions {
  constructor(private readonly configured: () => Configured) {}

  async invoke(request: proto.InvokeRequest): Promise<proto.InvokeResponse> {
    const asked = tryFindFunction(request.getTok());
    if (asked === undefined) throw new RefusedError(`${request.getTok()} is not a function of this provider.`);
    const { properties, secrets } = fromStruct(request.getArgs());
    const problems = argumentProblems(asked, properties);
    if (problems.length > 0) {
      const failures = problems.map((reason) => new proto.CheckFailure().setReason(reason));
      return new proto.InvokeResponse().setFailuresList(failures);
    }
    const found = await asked.answer(askedOf(this.configured()), properties);
    return new proto.InvokeResponse().setReturn(
      toStruct(found, secrets.size > 0 ? new Set(Object.keys(found)) : secrets),
    );
  }
}
