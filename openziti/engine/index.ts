import { ApiError } from "../client/errors";
import type { Controller, NewEntity } from "../client/client";
import { type Entity, isOwn } from "../client/envelope";
import * as refuse from "./errors";
import { Snapshot } from "./snapshot";
import { tryFindRenewal } from "./token";
import { mismatches, toBody, toDeclaredPatch, toInputs, toPatch, toState } from "./translate";
import { keyOf, Kind } from "../kinds/kind";
import { containsUnknown, isRecord, Properties, textOf, Value } from "../values";

/** How the engine treats what it finds in the controller. */
interface EngineOptions {
  /** Tags every object of this stack carries: with them an object is our own. */
  readonly ownTags: Readonly<Record<string, string>>;
  /** Take over objects under a declared name that are not our own. */
  readonly adopt: boolean;
  /** The time, in milliseconds since 1970. */
  readonly now: () => number;
  /** Waits between two looks at an object just written, in milliseconds. */
  readonly pause: (ms: number) => Promise<void>;
}

/** An object and its state after an operation. */
export interface Stored {
  readonly id: string;
  readonly state: Properties;
  readonly inputs: Properties;
}

const looksAfterWrite = 6;
const firstPauseMs = 50;

/**
 * Brings objects of the controller to the inputs a program declares: never touches the controller's own objects, never
 * takes over another's without consent, and believes a write only after reading it back. Repeating an operation whose
 * answer was lost finishes it without a second object.
 */
export class Engine {
  /** Which resource of this run speaks for an object, by kind and id. */
  private readonly claims = new Map<string, string>();
  /** What this run took over under the name of a new resource, by kind and id. */
  private readonly takenOver = new Set<string>();
  private readonly referenced = new Map<string, Promise<string>>();
  private readonly snapshot: Snapshot;

  constructor(
    private readonly controller: Controller,
    private readonly options: EngineOptions,
  ) {
    this.snapshot = new Snapshot(controller, options.ownTags, options.now);
  }

  /** Notes that the resource `urn` is the object `id`. Fails when another resource of this run is that object already. */
  claim(kind: Kind, id: string, urn: string, inputs: Properties): void {
    const holder = this.claims.get(`${kind.name}/${id}`) ?? urn;
    if (holder !== urn) throw refuse.declaredTwiceError(kind, inputs, holder);
    this.claims.set(`${kind.name}/${id}`, urn);
  }

  /** Creates the object, or finishes a creation that was cut off. Inputs must be complete and known. */
  async create(kind: Kind, urn: string, inputs: Properties): Promise<Stored> {
    requireKnown(inputs);
    const body = toBody(kind, inputs, await this.resolveReferences(kind, inputs)) as NewEntity;
    const id = await this.snapshot.during(() => this.createOrTakeOver(kind, urn, inputs, body));
    this.claim(kind, id, urn, inputs);
    return this.confirm(kind, id, inputs);
  }

  /** The object as it is, or undefined when it is gone. Without `olds`, as at an import, `id` may also be its name. */
  async tryRead(kind: Kind, id: string, olds?: Properties, previous?: Properties): Promise<Stored | undefined> {
    const byId = await (olds ? this.snapshot : this.controller).tryGet(kind.collection, id);
    const isName = olds === undefined && kind.keyOf === undefined;
    const detail = byId ?? (isName ? await this.controller.tryFind(kind.collection, { name: id }) : undefined);
    if (detail === undefined) return undefined;
    const inputs = olds ? toInputs(kind, detail, olds) : this.toImportedInputs(kind, detail);
    return { id: detail.id, inputs, state: toState(kind, inputs, detail, previous) };
  }

  /** Whether the object's one-time token was used meanwhile. */
  async isTokenUsed(kind: Kind, id: string): Promise<boolean> {
    const detail = await this.snapshot.tryGet(kind.collection, id);
    return detail !== undefined && toState(kind, {}, detail)[kind.token?.usedOutput ?? ""] === true;
  }

  /** The stack's own objects of a kind, by their tags. A refresh asks once for each kind, whoever wants to know. */
  async listOwn(collection: string): Promise<readonly Entity[]> {
    return [...(await this.snapshot.list(collection)).values()];
  }

  /** Changes in place exactly what differs from `news`. */
  async update(kind: Kind, id: string, olds: Properties, news: Properties, previous: Properties): Promise<Stored> {
    requireKnown(news);
    const isUnseen = canChangeUnseen(kind) && olds["name"] === news["name"];
    await this.snapshot.during(() =>
      isUnseen ? this.changeUnseen(kind, id, olds, news) : this.changeSeen(kind, id, olds, news),
    );
    return this.confirm(kind, id, news, previous);
  }

  /**
   * Deletes the object. One that is gone, or that a new resource took over in this run, needs nothing: under the same URN
   * that was a replacement which found its name taken by what it replaces.
   */
  async remove(kind: Kind, id: string, urn: string): Promise<void> {
    const holder = this.claims.get(`${kind.name}/${id}`);
    if ((holder !== undefined && holder !== urn) || this.takenOver.has(`${kind.name}/${id}`)) return;
    if (kind.reserved !== undefined) {
      const detail = await this.controller.tryGet(kind.collection, id);
      if (detail === undefined) return;
      refuseReserved(kind, detail);
    }
    await this.snapshot.during(() => this.controller.remove(kind.collection, id));
    this.claims.delete(`${kind.name}/${id}`);
  }

  /** As if our tags were there, or no program could match what it imports: the first change writes them. */
  private toImportedInputs(kind: Kind, detail: Entity): Properties {
    const inputs = toInputs(kind, detail, {});
    const tags = isRecord(inputs["tags"]) ? inputs["tags"] : {};
    return { ...inputs, tags: { ...tags, ...this.options.ownTags } };
  }

  private async createOrTakeOver(kind: Kind, urn: string, inputs: Properties, body: NewEntity): Promise<string> {
    try {
      return await this.controller.create(kind.collection, body, keyOf(kind, inputs));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const existing = await this.controller.tryFind(kind.collection, keyOf(kind, inputs));
      if (existing === undefined) throw refuse.explained(kind, error);
      await this.takeOver(kind, urn, existing, inputs);
      this.takenOver.add(`${kind.name}/${existing.id}`);
      return existing.id;
    }
  }

  private async takeOver(kind: Kind, urn: string, existing: Entity, inputs: Properties): Promise<void> {
    refuseReserved(kind, existing);
    if (!isOwn(existing, this.options.ownTags) && !this.options.adopt) throw refuse.takenError(kind, existing);
    this.claim(kind, existing.id, urn, inputs);
    const different = mismatches(kind, existing, inputs);
    const fixed = kind.fields.filter(({ name, replaces }) => replaces && different.includes(name));
    if (fixed.length > 0)
      throw refuse.fixedError(
        kind,
        existing,
        fixed.map(({ name }) => name),
      );
    await this.patch(kind, existing, {}, inputs);
    await this.renewToken(kind, existing, inputs, inputs);
  }

  /** One request: where nobody else has a part in the object, what is declared is all that has to be known. */
  private async changeUnseen(kind: Kind, id: string, olds: Properties, news: Properties): Promise<void> {
    const changes = toDeclaredPatch(kind, olds, news);
    if (Object.keys(changes).length === 0) return;
    try {
      await this.controller.patch(kind.collection, id, changes);
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) throw refuse.goneError(kind, id);
      throw refuse.explained(kind, error);
    }
  }

  private async changeSeen(kind: Kind, id: string, olds: Properties, news: Properties): Promise<void> {
    const detail = await this.controller.tryGet(kind.collection, id);
    if (detail === undefined) throw refuse.goneError(kind, id);
    refuseReserved(kind, detail);
    await this.refuseTakenName(kind, detail, news["name"]);
    await this.patch(kind, detail, olds, news);
    await this.renewToken(kind, detail, olds, news);
  }

  private async renewToken(kind: Kind, detail: Entity, olds: Properties, news: Properties): Promise<void> {
    const renewal = tryFindRenewal(kind, detail, olds, news, this.options.now());
    if (renewal !== undefined) await this.controller.perform(renewal.path, renewal.body);
  }

  private async patch(kind: Kind, detail: Entity, olds: Properties, news: Properties): Promise<void> {
    const changes = toPatch(kind, detail, olds, news);
    if (Object.keys(changes).length === 0) return; // the controller answers 500 to an empty change
    try {
      if (kind.writtenWhole) await this.controller.put(kind.collection, detail.id, toBody(kind, news, {}));
      else await this.controller.patch(kind.collection, detail.id, changes);
    } catch (error) {
      throw refuse.explained(kind, error);
    }
  }

  /** A name that is taken is answered with success, and with dropping the whole change: so it is looked up before. */
  private async refuseTakenName(kind: Kind, detail: Entity, name: Value | undefined): Promise<void> {
    if (detail.name === name || typeof name !== "string") return;
    const holder = await this.controller.tryFind(kind.collection, { name });
    if (holder !== undefined && holder.id !== detail.id) throw refuse.takenError(kind, holder);
  }

  /**
   * Reads back what was written. A follower of a cluster may lag a little; what is still different at the second look was
   * changed by others since the last refresh, or dropped by the controller, and is sent once more.
   */
  private async confirm(kind: Kind, id: string, inputs: Properties, previous?: Properties): Promise<Stored> {
    for (let look = 1; ; look++) {
      const detail = await this.controller.tryGet(kind.collection, id);
      const different = detail && mismatches(kind, detail, inputs);
      if (detail && different?.length === 0) return { id, inputs, state: toState(kind, inputs, detail, previous) };
      if (detail && look === 2) await this.patch(kind, detail, inputs, inputs);
      if (look === looksAfterWrite)
        throw detail ? refuse.notStoredError(kind, detail, different ?? []) : refuse.goneError(kind, id);
      await this.options.pause(firstPauseMs * 2 ** (look - 1));
    }
  }

  private async resolveReferences(kind: Kind, inputs: Properties): Promise<Properties> {
    const fields = kind.fields.filter(({ reference, name }) => reference && inputs[name] !== undefined);
    const pairs = fields.map(async ({ name, reference }) => {
      return [name, await this.idOf(reference?.collection ?? "", textOf(inputs, name), name)] as const;
    });
    return Object.fromEntries(await Promise.all(pairs));
  }

  /** Ids do not change while the provider runs, so one look-up per name is enough; a failed one is tried again. */
  private idOf(collection: string, name: string, field: string): Promise<string> {
    const key = `${collection}/${name}`;
    const known = this.referenced.get(key);
    if (known !== undefined) return known;
    const found = this.controller.tryFind(collection, { name }).then((entity) => {
      if (entity === undefined)
        throw new refuse.RefusedError(`${field}: the controller has no "${name}" in ${collection}.`);
      return entity.id;
    });
    this.referenced.set(key, found);
    found.catch(() => this.referenced.delete(key));
    return found;
  }
}

/** True for kinds in which nobody else writes: no lists shared with others, no objects of the controller's own, no tokens. */
function canChangeUnseen({ fields, reserved, writtenWhole, token }: Kind): boolean {
  return reserved === undefined && token === undefined && !writtenWhole && !fields.some(({ shared }) => shared);
}

function requireKnown(inputs: Properties): void {
  const unresolved = Object.keys(inputs).filter((name) => containsUnknown(inputs[name] ?? null));
  if (unresolved.length > 0)
    throw new refuse.RefusedError(`${unresolved.join(", ")}: not known yet, nothing was sent.`);
}

function refuseReserved(kind: Kind, detail: Entity): void {
  const reason = kind.reserved?.(detail);
  if (reason !== undefined) throw refuse.reservedError(kind, detail, reason);
}
