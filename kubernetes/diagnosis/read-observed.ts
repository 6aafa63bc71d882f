import type { ApiServer } from "../api-server";
import type { Named, Reading, Unread } from "../reading";
import { toLogLines } from "./clean-text";
import {
  controllerKinds,
  logKey,
  type Observed,
  type ObservedClaim,
  type ObservedController,
  type ObservedEvent,
  type ObservedNamespace,
  type ObservedPod,
  type ObservedService,
} from "./objects";
import { speakingContainers } from "./symptoms";

/** Containers whose log is read at most, in one look at a cluster. */
const logLimit = 8;
const logQuery = "tailLines=8&limitBytes=16384";

/** Reads all that the diagnosis needs of some namespaces, at once. Changes nothing; what cannot be read is in `unread`. */
export async function readObserved(api: ApiServer, namespaces: readonly string[]): Promise<Observed> {
  const unread: Unread[] = [];
  const taken = <T>(reading: Reading<readonly T[]>): readonly T[] => {
    if ("value" in reading) return reading.value;
    unread.push(reading);
    return [];
  };
  const everywhere = async <T>(group: string, plural: string, query?: Record<string, string>) => {
    const lists = await Promise.all(namespaces.map((namespace) => listIn<T>(api, { group, plural, namespace }, query)));
    return lists.flatMap(taken);
  };
  const controllers = Object.entries(controllerKinds).map(async ([plural, kind]) => {
    const found = await everywhere<ObservedController>(kind === "Job" ? "batch" : "apps", plural);
    return found.map((object) => ({ ...object, kind }));
  });
  const [spaces, pods, warnings, ofClaims, claims, services, classes, found] = await Promise.all([
    Promise.all(namespaces.map((name) => readNamespace(api, name))),
    everywhere<ObservedPod>("", "pods"),
    everywhere<ObservedEvent>("", "events", { fieldSelector: "type=Warning" }),
    everywhere<ObservedEvent>("", "events", {
      fieldSelector: "involvedObject.kind=PersistentVolumeClaim,type!=Warning",
    }),
    everywhere<ObservedClaim>("", "persistentvolumeclaims"),
    everywhere<ObservedService>("", "services"),
    listIn<Named>(api, { group: "storage.k8s.io", plural: "storageclasses" }),
    Promise.all(controllers),
  ]);
  const logs = await readLogs(api, pods, unread);
  return {
    namespaces: spaces.flatMap(taken),
    ...{ pods, claims, services, logs, unread, events: [...warnings, ...ofClaims], controllers: found.flat() },
    storageClasses: "value" in classes ? classes.value : undefined,
  };
}

interface Place {
  /** Empty: the core API. */
  readonly group: string;
  readonly plural: string;
  readonly namespace?: string;
}

function listIn<T>(api: ApiServer, { group, plural, namespace }: Place, query: Record<string, string> = {}) {
  const root = group === "" ? "/api/v1" : `/apis/${group}/v1`;
  const inside = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  const resource = group === "" ? plural : `${plural}.${group}`;
  return api.list<T>(`${root}${inside}/${plural}`, { verb: "list", resource, namespace }, query);
}

async function readNamespace(api: ApiServer, name: string): Promise<Reading<readonly ObservedNamespace[]>> {
  const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
  const reading = await api.get<ObservedNamespace>(path, { verb: "get", resource: `namespaces/${name}` });
  return "value" in reading ? { value: reading.value === undefined ? [] : [reading.value] } : reading;
}

async function readLogs(api: ApiServer, pods: readonly ObservedPod[], unread: Unread[]) {
  const wanted = pods.flatMap((pod) => speakingContainers(pod).map((container) => ({ pod, container })));
  const logs = await Promise.all(
    wanted.slice(0, logLimit).map(async ({ pod, container }) => {
      const reading = await readLog(api, pod, container);
      if ("lacks" in reading) unread.push(reading);
      const text = "value" in reading ? (reading.value ?? "") : "";
      return [logKey(pod, container), toLogLines(text)] as const;
    }),
  );
  return new Map(logs);
}

// The words of the container that ended are more than those of the one that just began. A node that does not give them
// (it is gone, or the container never ran) is no finding of its own.
async function readLog(
  api: ApiServer,
  { metadata }: ObservedPod,
  container: string,
): Promise<Reading<string | undefined>> {
  const namespace = metadata.namespace ?? "";
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(metadata.name)}/log`;
  const query = `container=${encodeURIComponent(container)}&${logQuery}`;
  const permission = { verb: "get", resource: "pods/log", namespace } as const;
  const ended = await api.getText(`${path}?${query}&previous=true`, permission);
  if ("lacks" in ended || ("value" in ended && ended.value)) return ended;
  return api.getText(`${path}?${query}`, permission);
}
