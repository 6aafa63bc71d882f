/** Objects of one API server: create, read, apply, delete, each by kind, namespace and name. */
import { type ApiClient, ApiStatusError, type Pause } from "./api-client";
import { type Discovery, type ServedKind, objectPath } from "./discovery";
import { keepLiveValues } from "./drift";
import { CREATE_MANAGER, handOverPatch, isOwnedByCreate } from "./field-managers";
import {
  DELETION_PROPAGATION,
  PATCH_FORCE,
  annotationOf,
  isCrd,
  nameOf,
  namespaceOf,
  objectAt,
  textAt,
  withMetadata,
} from "./manifest";
import { finalizeNamespace } from "./namespace-deletion";
import type { Json, JsonObject } from "./properties";

/** No such kind is served: its CRD is missing. */
export class KindNotServedError extends Error {
  override readonly name = "KindNotServedError";
  constructor(object: JsonObject) {
    super(
      `the API server does not serve kind "${textAt(object, "kind")}" of "${textAt(object, "apiVersion")}": ` +
        "install its CustomResourceDefinition first, and let this resource depend on it",
    );
  }
}

/** How an object is applied. `isPreview`: the API server computes the result and saves nothing. */
interface ApplyOptions {
  fieldManager: string;
  isPreview: boolean;
  /** Take over fields that others own; default: only when the object's annotation says so. */
  force?: boolean;
  /** Paths at which the live value is kept: the resource option `ignoreChanges`. */
  ignoreChanges?: string[];
}

// A custom resource may come before its CRD is established, an object before its namespace: about 16 s in all.
const createDelays = [250, 500, 1000, 2000, 4000, 8000];
const goneDelay = 200;

const dryRun = (isPreview: boolean): Record<string, string> => (isPreview ? { dryRun: "All" } : {});

/** Whether the API server's answer means "there is no such object, or no such kind". */
export const isAbsent = (error: unknown): boolean =>
  error instanceof KindNotServedError || (error instanceof ApiStatusError && error.code === 404);

/** The objects behind one API client. */
export class KubernetesObjects {
  constructor(
    private readonly api: ApiClient,
    private readonly discovery: Discovery,
    private readonly pause: Pause,
  ) {}

  /** Whether the kind lives in namespaces; undefined while it is not served. */
  async tryFindScope(object: JsonObject): Promise<boolean | undefined> {
    return (await this.tryFindKind(object))?.isNamespaced;
  }

  /** The live object. Throws KindNotServedError, or ApiStatusError 404. */
  async read(object: JsonObject): Promise<JsonObject> {
    return this.api.send({ method: "GET", path: await this.pathOf(object) });
  }

  /** Creates the object; one that exists is an error. Outside a preview waits shortly for its CRD and its namespace. */
  async create(object: JsonObject, isPreview: boolean): Promise<JsonObject> {
    for (const delay of isPreview ? [] : createDelays) {
      try {
        return await this.createOnce(object, isPreview);
      } catch (error) {
        if (!isAbsent(error)) throw error;
        await this.pause(delay);
      }
    }
    return this.createOnce(object, isPreview);
  }

  /** Applies the object over whatever is there: for `…Patch` resources, which own a few fields of an object. */
  async apply(object: JsonObject, options: ApplyOptions): Promise<JsonObject> {
    const force = options.force === true || annotationOf(object, PATCH_FORCE) === "true";
    return this.api.send({
      method: "PATCH",
      path: await this.pathOf(object),
      query: { fieldManager: options.fieldManager, force: String(force), ...dryRun(options.isPreview) },
      contentType: "application/apply-patch+yaml",
      body: await this.inScope(object),
    });
  }

  /** Changes an object that was created here: CRDs are replaced whole, everything else is applied. */
  async update(inputs: JsonObject, options: ApplyOptions): Promise<JsonObject> {
    const live = await this.read(inputs);
    const object = keepLiveValues(inputs, live, options.ignoreChanges ?? []);
    if (isCrd(object)) return this.replace(object, live, options);
    // A preview saves no handing over of fields, so it must not trip over their being owned by the create.
    if (options.isPreview) return this.apply(object, { ...options, force: options.force || isOwnedByCreate(live) });
    const patch = handOverPatch(live, options.fieldManager);
    if (patch !== undefined) await this.patchJson(object, patch);
    return this.apply(object, options);
  }

  /** Deletes the object and waits until it is gone. One that is gone already is fine. */
  async delete(object: JsonObject, timeoutSeconds: number): Promise<void> {
    const served = await this.tryFindKind(object);
    if (served === undefined) return;
    const path = objectPath(served, namespaceOf(object), nameOf(object));
    // The real plugin deletes in the foreground. That needs the garbage collector, which need not run here.
    const propagationPolicy = annotationOf(object, DELETION_PROPAGATION) || "Background";
    const live = await this.api.trySend({ method: "GET", path });
    if (live === undefined) return;
    await this.api.trySend({ method: "DELETE", path, body: { propagationPolicy } });
    if (object.kind === "Namespace") await finalizeNamespace(this.api, this.discovery, nameOf(object), this.pause);
    await this.waitUntilGone(path, live, timeoutSeconds);
  }

  private async waitUntilGone(path: string, deleted: JsonObject, timeoutSeconds: number): Promise<void> {
    const uid = objectAt(deleted, "metadata").uid;
    for (let waited = 0; waited <= timeoutSeconds * 1000; waited += goneDelay) {
      const live = await this.api.trySend({ method: "GET", path });
      if (live === undefined || objectAt(live, "metadata").uid !== uid) return;
      await this.pause(goneDelay);
    }
    const live = await this.read(deleted);
    const finalizers = JSON.stringify(objectAt(live, "metadata").finalizers ?? []);
    throw new Error(
      `${path} still exists after ${timeoutSeconds} s; its finalizers: ${finalizers}. Is their controller running?`,
    );
  }

  private async createOnce(object: JsonObject, isPreview: boolean): Promise<JsonObject> {
    const served = await this.findKind(object);
    const query = { fieldManager: CREATE_MANAGER, fieldValidation: "Warn", ...dryRun(isPreview) };
    const path = objectPath(served, namespaceOf(object) || "default", "");
    return this.api.send({ method: "POST", path, query, body: await this.inScope(object) });
  }

  private async replace(object: JsonObject, live: JsonObject, options: ApplyOptions): Promise<JsonObject> {
    const resourceVersion = objectAt(live, "metadata").resourceVersion ?? "";
    const query = { fieldManager: options.fieldManager, ...dryRun(options.isPreview) };
    const body = withMetadata(object, { resourceVersion });
    return this.api.send({ method: "PUT", path: await this.pathOf(object), query, body });
  }

  private async patchJson(object: JsonObject, body: Json): Promise<void> {
    const contentType = "application/json-patch+json";
    await this.api.send({ method: "PATCH", path: await this.pathOf(object), contentType, body });
  }

  // A kind that was not served at Check was taken for a namespaced one.
  private async inScope(object: JsonObject): Promise<JsonObject> {
    const { isNamespaced } = await this.findKind(object);
    return isNamespaced ? object : withMetadata(object, { namespace: undefined });
  }

  private async pathOf(object: JsonObject): Promise<string> {
    return objectPath(await this.findKind(object), namespaceOf(object) || "default", nameOf(object));
  }

  private async findKind(object: JsonObject): Promise<ServedKind> {
    const served = await this.tryFindKind(object);
    if (served === undefined) throw new KindNotServedError(object);
    return served;
  }

  private async tryFindKind(object: JsonObject): Promise<ServedKind | undefined> {
    return this.discovery.tryFindKind(textAt(object, "apiVersion"), textAt(object, "kind"));
  }
}
