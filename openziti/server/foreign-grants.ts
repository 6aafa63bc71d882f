import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { listForeignGrants } from "../functions/foreign-grants";
import { describeGrants, grantsDescription } from "../functions/grant";
import { type Properties, unknown } from "../values";
import { detailedDiff } from "./detailed-diff";
import type { EngineLog } from "./engine-log";
import { askedOf } from "./functions";
import type { Configured } from "./configured";
import { fromStruct, toStruct } from "./struct";

/** The type token of the watch, as it stands in a program's resources. */
export const foreignGrantsToken = "openziti:index:ForeignGrants";

/** How the schema describes the watch. */
export const foreignGrantsSchema = {
  description:
    "Service policies that are not this stack's and let somebody dial or bind its services. It is no object of the " +
    "controller: the controller is asked when the resource is made and at every refresh, and in no other run.",
  properties: {
    grants: {
      type: "array",
      items: { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } },
      description: grantsDescription,
    },
  },
  required: ["grants"],
};

const none: ReadonlySet<string> = new Set();

/** The part of the protocol about the watch over policies of others: a question whose answer the state keeps. */
export class ForeignGrants {
  constructor(
    private readonly configured: () => Configured,
    private readonly log: EngineLog,
  ) {}

  check(request: proto.CheckRequest): proto.CheckResponse {
    const strange = Object.keys(fromStruct(request.getNews()).properties);
    const failures = strange.map((property) =>
      new proto.CheckFailure().setProperty(property).setReason("is no property of ForeignGrants, which takes none"),
    );
    return new proto.CheckResponse().setInputs(toStruct({}, none)).setFailuresList(failures);
  }

  diff(): proto.DiffResponse {
    return detailedDiff([], false);
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    if (request.getPreview()) return new proto.CreateResponse().setProperties(toStruct({ grants: unknown }, none));
    return new proto.CreateResponse().setId("foreign-grants").setProperties(toStruct(await this.ask(), none));
  }

  /** A refresh runs no program that could warn, so the provider does. */
  async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const found = await this.ask();
    for (const sentence of describeGrants(found.grants)) await this.log.warn(request.getUrn(), sentence);
    return new proto.ReadResponse()
      .setId(request.getId())
      .setInputs(toStruct({}, none))
      .setProperties(toStruct(found, none));
  }

  async update(): Promise<proto.UpdateResponse> {
    return new proto.UpdateResponse().setProperties(toStruct(await this.ask(), none));
  }

  delete(): Empty {
    return new Empty();
  }

  private async ask() {
    return { grants: await listForeignGrants(askedOf(this.configured())) } satisfies Properties;
  }
}
