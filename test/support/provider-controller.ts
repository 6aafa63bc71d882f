import { Controller, Key, NewEntity } from "../../openziti/client/client";
import { Entity } from "../../openziti/client/envelope";
import { ApiError } from "../../openziti/client/errors";

type Changes = Readonly<Record<string, unknown>>;

/** Stands for the end of the provider process: before a call reached the controller, or after it took effect there. */
export class Crash extends Error {}

/**
 * A controller in memory with the surprises of the real one: lists come back sorted and empty ones as null, a rename to a
 * taken name is a silent success that drops everything, null and encryption are ignored, an empty change is an error 500,
 * a change of a config that leaves its data out is refused.
 */
export class MemoryController implements Controller {
  /** Every call in order, such as `create services`. */
  readonly calls: string[] = [];
  /** Bodies of create, patch and put. */
  readonly bodies: Changes[] = [];
  crash?: { readonly call: number; readonly when: "before" | "after" };
  private readonly collections = new Map<string, Map<string, Entity>>();
  private lastId = 0;
  private readonly builtIn: readonly string[];

  constructor() {
    this.builtIn = ["intercept.v1", "host.v1", "custom.v1"].map((name) =>
      this.insert("config-types", { name, tags: {} }),
    );
  }

  /** Everything in a collection. */
  all(collection: string): Entity[] {
    return [...this.collection(collection).values()];
  }

  /** Everything in a collection but what every controller has from its start. */
  made(collection: string): Entity[] {
    return this.all(collection).filter(({ id }) => !this.builtIn.includes(id));
  }

  /** Changes or adds an object behind the provider's back. */
  insert(collection: string, entity: Changes & { readonly name: string }): string {
    const { id = `id-${++this.lastId}` } = entity as { id?: string };
    this.collection(collection).set(id, { ...entity, id });
    return id;
  }

  tryGet(collection: string, id: string): Promise<Entity | undefined> {
    return this.call(`get ${collection}`, () => this.collection(collection).get(id));
  }

  tryFind(collection: string, key: Key): Promise<Entity | undefined> {
    return this.call(`find ${collection}`, () => this.byKey(collection, key));
  }

  list(collection: string): Promise<Entity[]> {
    return this.call(`list ${collection}`, () => this.all(collection));
  }

  getPolicyAdvice(): Promise<never> {
    return Promise.reject(new Error("policy advice is asked of the double"));
  }

  create(collection: string, body: NewEntity, key: Key = { name: body.name ?? "" }): Promise<string> {
    return this.call(`create ${collection}`, () => {
      this.bodies.push(body);
      if (this.byKey(collection, key)) throw refused(400, "COULD_NOT_VALIDATE", "name");
      return this.insert(collection, { ...this.stored(body), ...this.computed(collection, body) });
    });
  }

  patch(collection: string, id: string, changes: Changes): Promise<void> {
    return this.call(`patch ${collection}`, () => {
      this.bodies.push(changes);
      const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== null));
      if (Object.keys(given).length === 0) throw refused(500, "UNHANDLED");
      if (collection === "configs" && !("data" in given)) throw refused(400, "COULD_NOT_VALIDATE", "(root)");
      delete given["encryptionRequired"];
      this.write(collection, id, given);
    });
  }

  put(collection: string, id: string, body: Changes): Promise<void> {
    return this.call(`put ${collection}`, () => {
      this.bodies.push(body);
      this.write(collection, id, body, {});
    });
  }

  perform(path: string): Promise<void> {
    return this.call(`perform ${path}`, () => undefined);
  }

  remove(collection: string, id: string): Promise<void> {
    return this.call(`delete ${collection}`, () => void this.collection(collection).delete(id));
  }

  private write(collection: string, id: string, changes: Changes, kept?: Changes): void {
    const old = this.collection(collection).get(id);
    if (old === undefined) throw refused(404, "NOT_FOUND");
    const holder = typeof changes["name"] === "string" ? this.byKey(collection, { name: changes["name"] }) : undefined;
    if (holder === undefined || holder.id === id)
      this.insert(collection, { ...(kept ?? old), ...this.stored(changes), id });
  }

  private async call<T>(name: string, act: () => T): Promise<T> {
    this.calls.push(name);
    await Promise.resolve();
    const strikes = this.crash?.call === this.calls.length;
    if (strikes && this.crash?.when === "before") throw new Crash(name);
    const result = act();
    if (strikes) throw new Crash(name);
    return result;
  }

  private collection(name: string): Map<string, Entity> {
    const known = this.collections.get(name) ?? new Map<string, Entity>();
    this.collections.set(name, known);
    return known;
  }

  private byKey(collection: string, key: Key): Entity | undefined {
    const propertyOf: Readonly<Record<string, string>> = { identity: "identityId", updbUsername: "username" };
    return this.all(collection).find((entity) =>
      Object.entries(key).every(([symbol, text]) => entity[propertyOf[symbol] ?? symbol] === text),
    );
  }

  private stored(body: Changes): Changes & { name: string } {
    const entries = Object.entries(body).map(([key, value]) => {
      if (!Array.isArray(value)) return [key, value] as const;
      return [key, value.length === 0 ? null : [...new Set(value as string[])].sort()] as const;
    });
    return Object.fromEntries(entries) as Changes & { name: string };
  }

  private computed(collection: string, body: Changes): Changes {
    const token = { jwt: "one-time-token", expiresAt: "2030-01-01T00:00:00Z" };
    if (collection === "configs") {
      return { configType: this.collection("config-types").get(String(body["configTypeId"])) };
    }
    if (collection === "identities") return { enrollment: body["enrollment"] ? { ott: token } : {}, typeId: "Default" };
    if (collection !== "edge-routers") return {};
    return { enrollmentJwt: token.jwt, enrollmentExpiresAt: token.expiresAt, isVerified: false };
  }
}

function refused(status: number, code: string, field?: string): ApiError {
  return new ApiError("A call", { status, code, message: "", field });
}
