import { Properties, textOf, Value } from "../values";

/** One kind of object in the controller: everything the engine must know about it, as data. */
export interface Kind {
  /** Name of the class, as in the type token `openziti:index:<name>`. */
  readonly name: string;
  readonly description: string;
  /** Path of the collection below the API's base path. */
  readonly collection: string;
  readonly fields: readonly Field[];
  readonly outputs: readonly Output[];
  /** Properties the API demands although they carry no choice. */
  readonly constants?: Properties;
  /** The controller's PATCH loses parts of this kind: a change is sent as the whole object. */
  readonly writtenWhole?: boolean;
  /** Problems between fields. Values may be unknown. */
  readonly problems?: (inputs: Properties) => readonly Problem[];
  /** Recognises an object that has no name: filter symbol -> text, from inputs or from the object. Default: its name. */
  readonly keyOf?: (properties: Properties) => Readonly<Record<string, string>>;
  /** One-time token that is issued anew when it ran out unused. */
  readonly token?: Token;
  /** Says why an object belongs to the controller and must not be touched; undefined for ordinary ones. */
  readonly reserved?: (entity: Readonly<Record<string, unknown>>) => string | undefined;
}

/** A property the program sets. A field that is not required has a default, so that leaving it out resets it. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly description: string;
  /** Name in the API. Default: `name`. */
  readonly wire?: string;
  readonly required?: boolean;
  readonly default?: Value;
  readonly oneOf?: readonly string[];
  /** Smallest and largest allowed number. */
  readonly range?: readonly [number, number];
  /** The controller cannot change it in place: a new value means a new object. */
  readonly replaces?: boolean;
  /** Only sent with the create request, and never read back. */
  readonly onlyAtCreation?: boolean;
  /** The controller never shows it: only a change of the declared value is sent. */
  readonly isWriteOnly?: boolean;
  /** The controller refuses a change that leaves this out, whatever else it is about. */
  readonly inEveryPatch?: boolean;
  /** The controller knows nothing of it: it is neither sent nor read. */
  readonly isLocal?: boolean;
  /** Other programs add entries to this list: only the entries this program declares are compared and changed. */
  readonly shared?: boolean;
  /** Kept encrypted in Pulumi's state even when the program does not mark it. */
  readonly secret?: boolean;
  /** Keys below this field whose lists have no order. */
  readonly sets?: readonly string[];
  /** The program gives a name where the API wants the id of an object in `collection`; `readFrom` leads back to the name. */
  readonly reference?: { readonly collection: string; readonly readFrom: readonly string[] };
  /** Problems of a value that is known and has the right type. */
  readonly problems?: (value: Value) => readonly Problem[];
}

/**
 * `attributes`, `roles` and `ids` are lists of texts without order. `roles` are role expressions. `record` is an object
 * with exactly the keys of its default; `document` is any object; blanks around a `pem` mean nothing.
 */
export type FieldType =
  "name" | "string" | "pem" | "boolean" | "integer" | "attributes" | "roles" | "ids" | "tags" | "record" | "document";

/** How a one-time token that ran out unused is issued anew. Nobody can use an expired one, so nobody is cut off by it. */
export interface Token {
  /** Output that is true once a token was used. */
  readonly usedOutput: string;
  /** The request that issues another one, its path below the API's base path; undefined when the object has none open. */
  readonly renewal: (detail: Readonly<Record<string, unknown>>, expiresAt: string) => Renewal | undefined;
  /** A field of which another value says that who used the token is gone, and the request that lets another one in. */
  readonly bearer?: {
    readonly field: string;
    readonly renewal: (detail: Readonly<Record<string, unknown>>) => Renewal;
  };
  /**
   * In a cluster a new object is made instead: each member notes a token that is issued anew under an id of its own, and
   * only the leader's can be used (OpenZiti 2.0.3). Default false.
   */
  readonly isPerMember?: boolean;
}

/** A request that issues a token. */
export interface Renewal {
  /** Below the API's base path. */
  readonly path: string;
  readonly body?: Properties;
}

/** A property the controller computes. */
export interface Output {
  readonly name: string;
  readonly type: "string" | "boolean";
  readonly description: string;
  /** Where it is in the object; the first path that leads to a value counts. A boolean is true where it leads to any. */
  readonly from: readonly (readonly string[])[];
  readonly secret?: boolean;
  /** The controller shows it for a while only; the last value it showed is kept. */
  readonly kept?: boolean;
}

/** Something wrong with the inputs. */
export interface Problem {
  /** Property path, such as `data.portRanges[0].low`. */
  readonly path: string;
  /** One sentence: what is allowed, or how to fix it. */
  readonly reason: string;
  /** The value received, when there is one; it is shown to the user unless it is a secret. */
  readonly received?: Value;
}

const listTypes: readonly FieldType[] = ["attributes", "roles", "ids"];

/** Keys under which lists have no order when values of this field are compared. */
export function setsOf(field: Field): readonly string[] {
  return listTypes.includes(field.type) ? [field.name] : (field.sets ?? []);
}

/** Name of a field in the API. */
export function wireName(field: Field): string {
  return field.wire ?? field.name;
}

const name: Field = {
  name: "name",
  type: "name",
  required: true,
  description: "Unique per kind in the controller. Changing it renames the object in place.",
};

const tags: Field = {
  name: "tags",
  type: "tags",
  default: {},
  description: "Texts attached to the object; the provider adds `agyn-managed-by` and `agyn-stack`.",
};

/** A kind with the two fields all objects with a name have. */
export function defineKind(kind: Kind): Kind {
  return { ...kind, fields: [name, ...kind.fields, tags] };
}

/** A kind of objects without a name, which need a key to be recognised by. */
export function defineNamelessKind(kind: Kind & Required<Pick<Kind, "keyOf">>): Kind {
  return { ...kind, fields: [...kind.fields, tags] };
}

/** What an object is recognised by besides its id. */
export function keyOf(kind: Kind, properties: Properties): Readonly<Record<string, string>> {
  return kind.keyOf?.(properties) ?? { name: textOf(properties, "name") };
}
