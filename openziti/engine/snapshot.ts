import type { Controller } from "../client/client";
import type { Entity } from "../client/envelope";
import { tagged } from "../client/filter";

/** How long a list stands for what is in the controller, in milliseconds: as long as one refresh may take. */
const maxAgeMs = 5_000;

interface List {
  readonly takenAt: number;
  readonly objects: Promise<ReadonlyMap<string, Entity>>;
}

/**
 * Reads of a refresh: the stack's own objects of a kind come in one list request, whatever others have. An object that
 * is not among them, because it is gone or has lost its tags, is read by itself. Every write ends all lists.
 */
export class Snapshot {
  private readonly lists = new Map<string, List>();

  constructor(
    private readonly controller: Controller,
    private readonly ownTags: Readonly<Record<string, string>>,
    private readonly now: () => number,
  ) {}

  /** The object with this id, or undefined. */
  async tryGet(collection: string, id: string): Promise<Entity | undefined> {
    const listed = await this.list(collection);
    return listed.get(id) ?? this.controller.tryGet(collection, id);
  }

  /** Does what changes the controller. Lists taken before or meanwhile are not used afterwards. */
  async during<T>(change: () => Promise<T>): Promise<T> {
    this.lists.clear();
    try {
      return await change();
    } finally {
      this.lists.clear();
    }
  }

  /** The stack's own objects of a kind, by id, as they are or were a moment ago. */
  list(collection: string): Promise<ReadonlyMap<string, Entity>> {
    const known = this.lists.get(collection);
    if (known !== undefined && this.now() - known.takenAt < maxAgeMs) return known.objects;
    const filter = tagged(this.ownTags);
    const objects = this.controller
      .list(collection, filter)
      .then((entities) => new Map(entities.map((entity) => [entity.id, entity])));
    this.lists.set(collection, { takenAt: this.now(), objects });
    objects.catch(() => this.lists.delete(collection)); // whoever asked sees the failure; the next one asks anew
    return objects;
  }
}
