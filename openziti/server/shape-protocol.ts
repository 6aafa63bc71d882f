import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { type Shape, shapeProblems } from "../shape";
import { changedNames, detailedDiff } from "./detailed-diff";
import { fromStruct, toStruct } from "./struct";

const none: ReadonlySet<string> = new Set();

/** The answer to a check of a resource that is no object of the controller: its inputs, and what the shape refuses. */
export function checkShape(shape: Shape, request: proto.CheckRequest): proto.CheckResponse {
  const { properties } = fromStruct(request.getNews());
  const failures = shapeProblems(shape, properties).map(({ property, reason }) =>
    new proto.CheckFailure().setProperty(property).setReason(reason),
  );
  return new proto.CheckResponse().setInputs(toStruct(properties, none)).setFailuresList(failures);
}

/** The difference of such a resource: every changed input is an update in place. */
export function diffInputs(request: proto.DiffRequest): proto.DiffResponse {
  const olds = fromStruct(request.getOldInputs() ?? request.getOlds()).properties;
  const names = changedNames(olds, fromStruct(request.getNews()).properties);
  return detailedDiff(
    names.map((path) => ({ path, kind: "update", replaces: false })),
    false,
  );
}
