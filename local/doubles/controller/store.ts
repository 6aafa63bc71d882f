import { randomBytes } from "node:crypto";
import * as fs from "node:fs";

/** The fields of an object as the API shows them. */
export type Fields = Record<string, unknown>;

/** A stored object: its own fields beside the ones the controller keeps for every object. */
export interface Entity extends Fields {
  id: string;
  createdAt: string;
  updatedAt: string;
}

const format = 1;

/** Objects by collection and id, in memory, and in one JSON file when a path is given. */
export class Store {
  private readonly collections = new Map<string, Map<string, Entity>>();

  constructor(private readonly file?: string) {
    if (file === undefined || !fs.existsSync(file)) return;
    const saved = JSON.parse(fs.readFileSync(file, "utf8")) as {
      format: number;
      collections: Record<string, Entity[]>;
    };
    if (saved.format !== format) {
      throw new Error(
        `${file} has format ${saved.format}, this program reads ${format}: delete the file to start anew`,
      );
    }
    for (const [name, entities] of Object.entries(saved.collections)) {
      this.collections.set(name, new Map(entities.map((entity) => [entity.id, entity])));
    }
  }

  /** The objects of a collection; changes to the map are changes to the store. */
  in(collection: string): Map<string, Entity> {
    const found = this.collections.get(collection) ?? new Map<string, Entity>();
    this.collections.set(collection, found);
    return found;
  }

  /** The objects of a collection in order of their ids. */
  all(collection: string): Entity[] {
    return [...this.in(collection).values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** The object with this name, undefined when there is none. */
  tryFindByName(collection: string, name: unknown): Entity | undefined {
    return this.all(collection).find((entity) => entity.name === name);
  }

  /** Adds an object with a new id (or the one given) and its times. */
  insert(collection: string, fields: Fields): Entity {
    const now = new Date().toISOString();
    const entity = { ...fields, id: textOf(fields, "id") || newId(), createdAt: now, updatedAt: now };
    this.in(collection).set(entity.id, entity);
    return entity;
  }

  /** Replaces an object's fields and moves its `updatedAt`. */
  update(collection: string, id: string, fields: Fields): Entity {
    const before = this.in(collection).get(id);
    if (before === undefined) throw new Error(`${collection} has no object ${id}`);
    const entity = { ...before, ...fields, updatedAt: new Date().toISOString() };
    this.in(collection).set(id, entity);
    return entity;
  }

  /** Writes everything to the file, whole or not at all; without a file it does nothing. */
  save(): void {
    if (this.file === undefined) return;
    const collections = Object.fromEntries([...this.collections.keys()].map((name) => [name, this.all(name)]));
    const partial = `${this.file}.${process.pid}`;
    fs.writeFileSync(partial, JSON.stringify({ format, collections }), { mode: 0o600 });
    fs.renameSync(partial, this.file);
  }
}

/** A field as text; empty when the object does not have it as text. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === "string" ? value : "";
}

/** A new object id: 22 letters and digits. */
export function newId(): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return [...randomBytes(22)].map((byte) => letters[byte % letters.length]).join("");
}
