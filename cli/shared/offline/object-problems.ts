import Ajv, { type ErrorObject, type ValidateFunction } from "ajv";
import addFormats from "ajv-formats";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { closestName } from "../../../config/suggest";
import { check } from "../../../openziti/engine/check";
import { declaredKinds, tokenOf } from "../../../openziti/kinds";
import { shapeProblems } from "../../../openziti/shape";
import { tryFindShape } from "../../../openziti/shapes";
import type { Properties } from "../../../openziti/values";
import { secretPlaceholder, type OfflineObject } from "./object";

/** What is wrong with one object that the program registers. */
export interface ObjectProblem {
  /** `<kind> <name>`. */
  readonly object: string;
  /** The field, as `spec.http[0].route`; empty for the object as a whole. */
  readonly key: string;
  readonly reason: string;
}

interface SchemaTable {
  readonly kinds: Readonly<Record<string, string>>;
  readonly definitions: Readonly<Record<string, { readonly properties?: object }>>;
}

// Compiled code runs from dist/; the table stays beside the sources.
const tableFile = path.resolve(__dirname, "../../../../generated/kubernetes-schemas.json");

/** A judge of Kubernetes objects by the schemas of Kubernetes and of the CustomResourceDefinitions. */
class SchemaJudge {
  private readonly table = JSON.parse(readFileSync(tableFile, "utf8")) as SchemaTable;
  private readonly ajv = addFormats(
    // Patterns are written for Go, which knows no unicode mode. Definitions that are compiled once each cost half.
    new Ajv({
      allErrors: true,
      verbose: true,
      strict: false,
      validateSchema: false,
      unicodeRegExp: false,
      inlineRefs: false,
    }),
  );
  private readonly compiled = new Map<string, ValidateFunction>();

  public constructor() {
    this.ajv.addSchema({ $id: "kubernetes", definitions: this.table.definitions });
  }

  /** Everything wrong with an object. Secrets are placeholders, which no format of an encoded text fits. */
  public problemsOf(inputs: Properties): readonly Omit<ObjectProblem, "object">[] {
    const { apiVersion = "", kind = "" } = inputs as { readonly apiVersion?: string; readonly kind?: string };
    const key = `${apiVersion} ${kind}`;
    const name = this.table.kinds[key];
    if (name === undefined) return [{ key: "kind", reason: `${key} has no schema; known: ${this.knownKinds()}` }];
    const validate = this.compiled.get(name) ?? this.ajv.compile({ $ref: `kubernetes#/definitions/${name}` });
    this.compiled.set(name, validate);
    if (validate(inputs)) return [];
    return toProblems(validate.errors ?? []).filter((problem) => problem !== undefined);
  }

  private knownKinds(): string {
    return Object.keys(this.table.kinds).join(", ");
  }
}

// Compiling a definition is what takes time.
let sharedJudge: SchemaJudge | undefined;

function toKey(instancePath: string, property?: string): string {
  const steps = [...instancePath.split("/").slice(1), ...(property === undefined ? [] : [property])];
  const names = steps.map((step) => step.replaceAll("~1", "/").replaceAll("~0", "~"));
  return names.reduce(
    (key, name) => (/^\d+$/.test(name) ? `${key}[${name}]` : key === "" ? name : `${key}.${name}`),
    "",
  );
}

function toProblem({ keyword, instancePath, params, parentSchema, data, message }: ErrorObject) {
  if (data === secretPlaceholder) return undefined;
  if (keyword === "required") {
    return { key: toKey(instancePath, String(params.missingProperty)), reason: "is required" };
  }
  if (keyword !== "additionalProperties") {
    const received = JSON.stringify(data) ?? "nothing";
    const allowed = keyword === "enum" ? `: ${(params.allowedValues as unknown[]).join(", ")}` : "";
    return { key: toKey(instancePath), reason: `${message}${allowed} (received ${received.slice(0, 120)})` };
  }
  const field = String(params.additionalProperty);
  const known = Object.keys((parentSchema?.properties ?? {}) as object);
  const near = closestName(field, known);
  const hint = near === undefined ? `known: ${known.join(", ")}` : `did you mean ${near}?`;
  return { key: toKey(instancePath, field), reason: `is no field there; ${hint}` };
}

// A choice that fits nowhere says so once: why each of its branches does not fit is noise.
function toProblems(errors: readonly ErrorObject[]) {
  const choices = errors.filter(({ keyword }) => keyword === "oneOf" || keyword === "anyOf");
  const isWithinChoice = ({ schemaPath }: ErrorObject) =>
    choices.some((choice) => schemaPath.startsWith(`${choice.schemaPath}/`));
  return errors.filter((error) => !isWithinChoice(error)).map(toProblem);
}

function overlayProblems(type: string, inputs: Properties): readonly Omit<ObjectProblem, "object">[] {
  const shape = tryFindShape(type);
  if (shape !== undefined)
    return shapeProblems(shape, inputs).map(({ property, reason }) => ({ key: property, reason }));
  const kind = declaredKinds.find((each) => tokenOf(each) === type);
  // Not an object of the controller but what it was asked: nothing can be given.
  if (kind === undefined) return Object.keys(inputs).map((key) => ({ key, reason: `is no property of ${type}` }));
  const { failures } = check(kind, inputs, { ownTags: {}, secrets: new Set() });
  return failures.map(({ property, reason }) => ({ key: property, reason }));
}

/**
 * Everything wrong with the objects, before anybody applies them: Kubernetes' by the schemas of the API server and the
 * CustomResourceDefinitions (`generated/kubernetes-schemas.json`), the overlay's by the provider's own check. Helm releases
 * and random values are not judged.
 */
export function findObjectProblems(objects: readonly OfflineObject[]): readonly ObjectProblem[] {
  const judge = (sharedJudge ??= new SchemaJudge());
  return objects.flatMap(({ type, kind, name, inputs }) => {
    const properties = inputs as Properties;
    const problems = type.startsWith("openziti:")
      ? overlayProblems(type, properties)
      : type.startsWith("kubernetes:") && type !== "kubernetes:helm.sh/v3:Release"
        ? judge.problemsOf(properties)
        : [];
    return problems.map((problem) => ({ object: `${kind} ${name}`, ...problem }));
  });
}
