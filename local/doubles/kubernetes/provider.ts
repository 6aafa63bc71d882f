/**
 * The resource operations of the Kubernetes plugin, on JavaScript values. Like the real plugin it creates with a plain
 * create and updates with server-side apply; unlike it, it never waits for readiness.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient, ApiStatusError, ApiUnreachableError } from "./api-client";
import { savedInputs, toCheckpoint, tryFindFieldManager, tryFindInitialApiVersion, withSecrets } from "./checkpoint";
import { type Difference, diffInputs } from "./difference";
import { Discovery } from "./discovery";
import { toLiveInputs } from "./drift";
import { toFailure } from "./failures";
import { type Connection, loadConnection } from "./kubeconfig";
import * as manifest from "./manifest";
import { type Autonaming, uniqueSuffix, withName } from "./naming";
import { KubernetesObjects, isAbsent } from "./objects";
import { type JsonObject, type PropertyMap, containsUnknown, revealSecrets } from "./properties";
import { replacingFields } from "./replacements";
import { type ResourceType, parseUrn } from "./resource-type";
import { isClusterScoped } from "./scopes";
import type { Settings } from "./settings";

/** A resource's id, its saved state, and its inputs. An empty id: gone, or not made yet. */
interface Saved {
  id: string;
  state: PropertyMap;
  inputs: PropertyMap;
}

/** What Check needs to know: both versions of the inputs, and what a name is made from. */
interface CheckArguments {
  olds: PropertyMap;
  news: PropertyMap;
  seed: Uint8Array;
  autonaming?: Autonaming | undefined;
}

/** What Update needs to know. */
interface UpdateArguments {
  state: PropertyMap;
  news: PropertyMap;
  ignoreChanges: string[];
  isPreview: boolean;
}

const defaultDeleteTimeout = 60;

const toInputs = (properties: PropertyMap): JsonObject =>
  manifest.normalizeInputs(manifest.toManifest(revealSecrets(properties)));

// The preview falls back to the inputs where the API server cannot compute the result: it is away, it does not know the
// kind or the namespace yet, the user may not write, or the object that is to be replaced is still there.
function isBeyondPreview(error: unknown): boolean {
  if (error instanceof ApiUnreachableError || isAbsent(error)) return true;
  return error instanceof ApiStatusError && (error.code === 403 || error.reason === "AlreadyExists");
}

const newFieldManager = (): string => `pulumi-kubernetes-${uniqueSuffix(new Uint8Array())}`;

/** One configured provider. Every operation throws one line that names the resource. */
export class KubernetesProvider {
  private readonly cancellation = new AbortController();
  private readonly connection: Connection;
  private readonly objects: KubernetesObjects;

  constructor(private readonly settings: Settings) {
    this.connection = loadConnection(settings.choice);
    const pause = (milliseconds: number): Promise<void> =>
      sleep(milliseconds, undefined, { signal: this.cancellation.signal });
    const api = new ApiClient(this.connection, pause);
    this.objects = new KubernetesObjects(api, new Discovery(api), pause);
  }

  /** Ends the waits of operations under way; they fail, and what exists stays recorded. */
  cancel(): void {
    this.cancellation.abort();
  }

  /** The inputs with name and namespace. */
  async check(urn: string, { olds, news, seed, autonaming }: CheckArguments): Promise<PropertyMap> {
    return this.attempt(urn, news, async ({ logicalName }) => {
      const inputs = revealSecrets(news);
      if (manifest.textAt(inputs, "kind").endsWith("List") && Array.isArray(inputs.items))
        throw new Error("a List cannot be a resource: use one resource for each of its items");
      const named = withName(inputs, revealSecrets(olds), { logicalName, seed, autonaming });
      const isNamespaced = (await this.tryFindScope(named)) !== false;
      const namespace = this.settings.namespace || this.connection.namespace;
      const missesNamespace = isNamespaced && manifest.objectAt(named, "metadata").namespace === undefined;
      return withSecrets(missesNamespace ? manifest.withMetadata(named, { namespace }) : named, news);
    });
  }

  /** What an update would change. Compares inputs only: drift is what a refresh wrote into the old ones. */
  async diff(urn: string, oldInputs: PropertyMap, news: PropertyMap): Promise<Difference> {
    return this.attempt(urn, news, async ({ isPatch }) => {
      const after = toInputs(news);
      const isNamespaced = (await this.tryFindScope(after)) !== false;
      const inScope = (inputs: JsonObject): JsonObject =>
        manifest.withMetadata(inputs, {
          namespace: isNamespaced ? manifest.namespaceOf(inputs) || "default" : undefined,
        });
      const identity = ["metadata.name", "metadata.namespace"];
      const replacing = isPatch ? identity : replacingFields(after, this.settings.mutable);
      return diffInputs(inScope(toInputs(oldInputs)), inScope(after), replacing);
    });
  }

  /** Creates the object. A preview lets the API server compute the result where it can, and gives no id. */
  async create(urn: string, properties: PropertyMap, isPreview: boolean): Promise<Saved> {
    const asGiven = { id: "", state: properties, inputs: properties };
    return this.attempt(urn, properties, async ({ isPatch }) => {
      const inputs = toInputs(properties);
      if (isPreview && (isPatch || containsUnknown(inputs))) return asGiven;
      const fieldManager = manifest.annotationOf(inputs, manifest.PATCH_FIELD_MANAGER) || newFieldManager();
      const force = this.settings.enablePatchForce;
      const isApplied = isPatch || this.settings.upsertExistingObjects;
      const creating = isApplied
        ? this.objects.apply(inputs, { fieldManager, isPreview, force })
        : this.objects.create(inputs, isPreview);
      const live = await (isPreview ? creating.catch(orUndefined) : creating);
      if (live === undefined) return asGiven;
      const shown = isPreview ? manifest.withoutStatus(live) : live;
      const initialApiVersion = manifest.textAt(inputs, "apiVersion");
      const state = toCheckpoint({ inputs, live: shown, from: properties, fieldManager, initialApiVersion });
      return { id: isPreview ? "" : manifest.idOf(live), state, inputs: properties };
    });
  }

  /** The object as it is now. Empty inputs: an import, whose inputs are everything a program could have written. */
  async read(urn: string, saved: Saved): Promise<Saved> {
    return this.attempt(urn, saved.state, async (type) => {
      const inputs = toInputs(saved.inputs);
      const object = { ...identify(type, saved), metadata: { ...manifest.parseId(saved.id) } };
      const live = await this.objects.read(object).catch((error: unknown) => {
        if (isAbsent(error) || (error instanceof ApiUnreachableError && this.settings.deleteUnreachable))
          return undefined;
        throw error;
      });
      if (live === undefined) return { id: "", state: {}, inputs: {} };
      const current = toLiveInputs(live, inputs);
      const fieldManager = tryFindFieldManager(saved.state) ?? newFieldManager();
      const initialApiVersion = tryFindInitialApiVersion(saved.state) ?? manifest.textAt(live, "apiVersion");
      const state = toCheckpoint({ inputs: current, live, from: saved.inputs, fieldManager, initialApiVersion });
      return { id: saved.id, state, inputs: withSecrets(manifest.fromManifest(current), saved.inputs) };
    });
  }

  /** Applies the new inputs and returns the new state. */
  async update(urn: string, { state, news, ignoreChanges, isPreview }: UpdateArguments): Promise<PropertyMap> {
    return this.attempt(urn, news, async ({ isPatch }) => {
      const inputs = toInputs(news);
      if (isPreview && containsUnknown(inputs)) return news;
      const chosen = manifest.annotationOf(inputs, manifest.PATCH_FIELD_MANAGER);
      const fieldManager = chosen || (tryFindFieldManager(state) ?? newFieldManager());
      const options = { fieldManager, isPreview, force: this.settings.enablePatchForce, ignoreChanges };
      const updating = isPatch ? this.objects.apply(inputs, options) : this.objects.update(inputs, options);
      const live = await (isPreview ? updating.catch(orUndefined) : updating);
      if (live === undefined) return news;
      const initialApiVersion = tryFindInitialApiVersion(state) ?? manifest.textAt(inputs, "apiVersion");
      return toCheckpoint({ inputs, live, from: news, fieldManager, initialApiVersion });
    });
  }

  /** Deletes the object and waits until it is gone; `timeout` in seconds, 0 for the default. */
  async delete(urn: string, saved: Saved, timeout: number): Promise<void> {
    return this.attempt(urn, saved.state, async (type) => {
      const id = manifest.parseId(saved.id);
      const annotations = manifest.objectAt(revealSecrets(saved.state), "metadata", "annotations");
      const object = { ...identify(type, saved), metadata: { ...id, annotations } };
      const deleting = type.isPatch
        ? this.relinquish({ ...object, metadata: { ...id } }, tryFindFieldManager(saved.state))
        : this.objects.delete(object, timeout || defaultDeleteTimeout);
      await deleting.catch((error: unknown) => {
        if (!(error instanceof ApiUnreachableError && this.settings.deleteUnreachable)) throw error;
      });
    });
  }

  // Applying nothing gives up the fields that a Patch resource owned; the object stays.
  private async relinquish(object: JsonObject, fieldManager: string | undefined): Promise<void> {
    if (fieldManager !== undefined) await this.objects.apply(object, { fieldManager, isPreview: false });
  }

  private async tryFindScope(object: JsonObject): Promise<boolean | undefined> {
    const scope = await this.objects.tryFindScope(object).catch((error: unknown) => {
      if (error instanceof ApiUnreachableError) return undefined;
      throw error;
    });
    return scope ?? (isClusterScoped(object) ? false : undefined);
  }

  private async attempt<T>(urn: string, shown: PropertyMap, operation: (type: ResourceType) => Promise<T>): Promise<T> {
    const type = parseUrn(urn);
    try {
      return await operation(type);
    } catch (error) {
      throw toFailure(error, type, shown);
    }
  }
}

function orUndefined(error: unknown): undefined {
  if (!isBeyondPreview(error)) throw error;
  return undefined;
}

// The saved object says under which version it is kept; an import has only its type.
function identify(type: ResourceType, saved: Saved): { apiVersion: string; kind: string } {
  const known = [revealSecrets(saved.inputs), revealSecrets(savedInputs(saved.state)), revealSecrets(saved.state)];
  const object = known.find((candidate) => manifest.textAt(candidate, "kind") !== "");
  return {
    apiVersion: object ? manifest.textAt(object, "apiVersion") : type.apiVersion,
    kind: object ? manifest.textAt(object, "kind") : type.kind,
  };
}
