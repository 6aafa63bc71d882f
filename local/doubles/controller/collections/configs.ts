import { fieldError, unhandled } from "../errors";
import { Kind, named, optional, requiredText } from "../kind";
import { validateSchema } from "../json-schema";
import { toReference } from "../reference";
import type { Entity, Fields } from "../store";
import type { World } from "../world";

function typeOf(world: World, id: unknown): Entity {
  const type = world.store.in("config-types").get(String(id));
  if (type === undefined) throw fieldError("type", "invalid config type", id);
  return type;
}

// A PATCH without data is checked as if it held null: the whole data has to be sent each time.
function checkData(world: World, next: Fields, previous?: Entity): void {
  const type = typeOf(world, next.configTypeId ?? previous?.configTypeId);
  const data = next.data ?? null;
  if (typeof data !== "object" || Array.isArray(data)) throw fieldError("data", "invalid type, expected object", data);
  const [problem] = validateSchema(type.schema ?? {}, data);
  if (problem === undefined) return;
  const field = problem.path === "" ? "(root)" : problem.path;
  throw fieldError(field, `${field} is invalid: ${problem.reason}`, JSON.stringify(problem.value));
}

/** Configs of services. The type is fixed at creation. */
export const configs: Kind = {
  collection: "configs",
  singular: "config",
  fields: {
    ...named,
    configTypeId: { ...requiredText(), required: ["create"], writes: ["create"] },
    data: { schema: {}, initial: null, required: ["create", "replace"] },
  },
  filterable: { name: "string", type: "string" },
  check: (world, next, previous) => checkData(world, next, previous),
  removing(world, entity) {
    const holder = world.store
      .all("identities")
      .find((identity) =>
        (identity.serviceConfigs as Fields[] | undefined)?.some(({ configId }) => configId === entity.id),
      );
    if (holder !== undefined) throw unhandled(`config ${entity.id} is assigned to identity ${holder.id}`);
    for (const service of world.store.all("services")) {
      const left = ((service.configs as string[] | null) ?? []).filter((id) => id !== entity.id);
      world.store.in("services").set(service.id, { ...service, configs: left.length === 0 ? null : left });
    }
  },
  toDetail: (world, entity) => ({ configType: toReference("config-types", typeOf(world, entity.configTypeId)) }),
};

/** Config types: the built-in ones and those of the operator. */
export const configTypes: Kind = {
  collection: "config-types",
  singular: "configType",
  fields: { ...named, schema: optional("object", null), target: optional("string", undefined) },
  filterable: { name: "string", schema: "any" },
  removing(world, entity) {
    const user = world.store.all("configs").find(({ configTypeId }) => configTypeId === entity.id);
    if (user === undefined) return;
    throw unhandled(`cannot delete config type ${entity.id}: config ${user.id} uses it`);
  },
};
