import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { loadApiServer } from "../client/port-forward/api-server";
import { ClusterDns } from "../cluster-dns/cluster-dns";
import type { ClusterDnsMode, Place } from "../cluster-dns/place";
import { clusterDnsShape } from "../cluster-dns/shape";
import { shapeToken } from "../shape";
import { containsUnknown, isList, type Properties, textOf, unknown } from "../values";
import type { ClusterSource } from "./configured";
import { checkShape, diffInputs } from "./shape-protocol";
import { fromStruct, toStruct } from "./struct";

/** The type token of the lines in the cluster's DNS, as it stands in a program's resources. */
export const clusterDnsToken = shapeToken(clusterDnsShape);

const { description, inputs: inputProperties, required } = clusterDnsShape;

/** How the schema describes the lines. */
export const clusterDnsSchema = {
  description,
  inputProperties,
  requiredInputs: required,
  properties: {
    ...inputProperties,
    place: { type: "string", description: "Where the lines are: `coredns-custom` or `corefile`." },
    created: { type: "boolean", description: "The ConfigMap was made for them." },
  },
  required: [...required, "place", "created"],
};

const none: ReadonlySet<string> = new Set();
const id = "cluster-dns";
const title = "Cluster DNS";
const permissions =
  "get and patch configmaps in kube-system; where the lines get a ConfigMap of their own, create and delete too";
const advice = {
  401: "Log in to the cluster again, or name another context.",
  403: `The identity of the kubeconfig needs: ${permissions}. Or set overlay.clusterDns to external and add the lines yourself.`,
};

/** The part of the protocol about the lines in the cluster's DNS. A preview reads the Corefile and refuses what `up` would. */
export class ClusterDnsResource {
  constructor(private readonly lifecycle: ClusterSource) {}

  check(request: proto.CheckRequest): proto.CheckResponse {
    return checkShape(clusterDnsShape, request);
  }

  diff(request: proto.DiffRequest): proto.DiffResponse {
    return diffInputs(request);
  }

  async create(request: proto.CreateRequest): Promise<proto.CreateResponse> {
    const { properties } = fromStruct(request.getProperties());
    const state = request.getPreview() ? await this.plan(properties) : await this.apply(properties);
    return new proto.CreateResponse().setId(request.getPreview() ? "" : id).setProperties(toStruct(state, none));
  }

  async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
    const state = fromStruct(request.getProperties()).properties;
    const { mode = "auto", place = "" } = state;
    if (place === "") return new proto.ReadResponse();
    const lines = await (await this.dns()).present(place as Place);
    return new proto.ReadResponse()
      .setId(request.getId())
      .setInputs(toStruct({ mode, lines }, none))
      .setProperties(toStruct({ ...state, lines }, none));
  }

  async update(request: proto.UpdateRequest): Promise<proto.UpdateResponse> {
    const { properties } = fromStruct(request.getNews());
    const olds = fromStruct(request.getOlds()).properties;
    if (request.getPreview()) {
      return new proto.UpdateResponse().setProperties(toStruct(await this.plan(properties), none));
    }
    const state = await this.apply(properties);
    const moved = state["place"] !== olds["place"];
    if (moved) await this.removeFrom(olds);
    // A ConfigMap that an earlier run made is still ours to take away.
    const created = state["created"] === true || (!moved && olds["created"] === true);
    return new proto.UpdateResponse().setProperties(toStruct({ ...state, created }, none));
  }

  async delete(request: proto.DeleteRequest): Promise<Empty> {
    await this.removeFrom(fromStruct(request.getProperties()).properties);
    return new Empty();
  }

  private async plan(inputs: Properties): Promise<Properties> {
    if (containsUnknown(inputs)) return { ...inputs, place: unknown, created: unknown };
    await (await this.dns()).find(modeOf(inputs), linesOf(inputs));
    return { ...inputs, place: unknown, created: unknown };
  }

  private async apply(inputs: Properties): Promise<Properties> {
    const { place, created } = await (await this.dns()).apply(modeOf(inputs), linesOf(inputs));
    return { ...inputs, place, created };
  }

  private async removeFrom(state: Properties): Promise<void> {
    const created = state["created"] === true;
    await (await this.dns()).remove({ place: textOf(state, "place") as Place, created });
  }

  private async dns(): Promise<ClusterDns> {
    const { choice, signal } = this.lifecycle.cluster();
    return new ClusterDns(await loadApiServer(choice, title, advice), signal);
  }
}

function modeOf(inputs: Properties): ClusterDnsMode {
  return textOf(inputs, "mode") as ClusterDnsMode;
}

function linesOf({ lines }: Properties): readonly string[] {
  return isList(lines) ? lines.map(String) : [];
}
