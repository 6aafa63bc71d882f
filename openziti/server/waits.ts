import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { RefusedError } from "../engine/errors";
import { shapeToken } from "../shape";
import { containsUnknown, type Properties } from "../values";
import { onlineRouter } from "../waits/online-router";
import { readyController } from "../waits/ready-controller";
import type { Wait } from "../waits/wait";
import type { Configured } from "./configured";
import { typeOfUrn } from "./objects";
import { checkShape, diffInputs } from "./shape-protocol";
import { fromStruct, toStruct } from "./struct";

const waits: readonly Wait[] = [readyController, onlineRouter];

/** The type tokens of what is waited for. */
export const waitTokens: readonly string[] = waits.map(shapeToken);

/** How the schema describes what is waited for, by token. */
export const waitSchemas = Object.fromEntries(
  waits.map((wait) => {
    const { description, inputs, required } = wait;
    const shape = { description, inputProperties: inputs, requiredInputs: required, properties: inputs, required };
    return [shapeToken(wait), shape] as const;
  }),
);

const none: ReadonlySet<string> = new Set();

/** The part of the protocol about installations that have to come up. Refreshes, previews and deletions ask nothing. */
export class Waits {
  constructor(private readonly configured: () => Configured) {}

  check(request: proto.CheckRequest): proto.CheckResponse {
    return checkShape(waitOf(request.getUrn()), request);
  }

  diff(request: proto.DiffRequest): proto.DiffResponse {
    return diffInputs(request);
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const { properties } = fromStruct(request.getProperties());
    if (request.getPreview()) return new proto.CreateResponse().setProperties(toStruct(properties, none));
    await this.wait(request.getUrn(), properties);
    return new proto.CreateResponse().setId(waitOf(request.getUrn()).name).setProperties(toStruct(properties, none));
  }

  read(request: proto.ReadRequest): proto.ReadResponse {
    return new proto.ReadResponse()
      .setId(request.getId())
      .setInputs(request.getInputs())
      .setProperties(request.getProperties());
  }

  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const { properties } = fromStruct(request.getNews());
    if (!request.getPreview()) await this.wait(request.getUrn(), properties);
    return new proto.UpdateResponse().setProperties(toStruct(properties, none));
  }

  delete(): Empty {
    return new Empty();
  }

  private async wait(urn: string, inputs: Properties): Promise<void> {
    const wait = waitOf(urn);
    if (containsUnknown(inputs))
      throw new RefusedError(`${wait.name}: not everything is known yet, nothing was asked.`);
    await wait.until(this.configured().controller, inputs);
  }
}

function waitOf(urn: string): Wait {
  const token = typeOfUrn(urn);
  const wait = waits.find((each) => shapeToken(each) === token);
  if (wait === undefined) throw new RefusedError(`${token} is nothing this provider waits for.`);
  return wait;
}
