import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Change } from "../engine/diff";
import { canonical, Properties } from "../values";

const kinds = {
  add: [proto.PropertyDiff.Kind.ADD, proto.PropertyDiff.Kind.ADD_REPLACE],
  update: [proto.PropertyDiff.Kind.UPDATE, proto.PropertyDiff.Kind.UPDATE_REPLACE],
  delete: [proto.PropertyDiff.Kind.DELETE, proto.PropertyDiff.Kind.DELETE_REPLACE],
} as const;

/** The changes in Pulumi's terms. They compare inputs with inputs, but for outputs that have to be made anew. */
export function detailedDiff(changes: readonly Change[], deleteFirst: boolean): proto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
  const response = new proto.DiffResponse()
    .setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE)
    .setDiffsList([...new Set(changes.map(({ path }) => topLevel(path)))])
    .setReplacesList([...new Set(changes.filter(({ replaces }) => replaces).map(({ path }) => topLevel(path)))])
    .setDeletebeforereplace(deleteFirst)
    .setHasdetaileddiff(true);
  for (const { path, kind, replaces, isOutput = false } of changes) {
    const diff = new proto.PropertyDiff().setKind(kinds[kind][replaces ? 1 : 0]).setInputdiff(!isOutput);
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}

/** Names of the properties that are not exactly the same on both sides. */
export function changedNames(olds: Properties, news: Properties): string[] {
  const names = [...new Set([...Object.keys(olds), ...Object.keys(news)])];
  return names.filter((name) => canonical(olds[name] ?? null, []) !== canonical(news[name] ?? null, []));
}

function topLevel(path: string): string {
  return path.split(/[.[]/, 1)[0] ?? path;
}
