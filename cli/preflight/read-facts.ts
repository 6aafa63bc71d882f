import type { Model } from "../../access/model/model";
import type { Settings } from "../../config/settings";
import type { ApiServer } from "../../kubernetes/api-server";
import { callerNamespaces } from "./checks/accounts";
import { neededKinds } from "./checks/kinds";
import { examinedNamespaces } from "./checks/namespaces";
import { readMeasured } from "./measured-enforcement";
import { readPlugins } from "./network-plugin";
import type { Named, Reading } from "../../kubernetes/reading";
import type { ConfigMap, Deployment, Facts, Pod, Service } from "./facts";

/** Reads what the checks need, all at once. */
export async function readFacts(api: ApiServer, model: Model, settings: Settings): Promise<Facts> {
  const [mesh, plugins, measured] = await Promise.all([
    readMesh(api, model, settings),
    readPlugins(api, settings),
    readMeasured(api, settings),
  ]);
  return { ...mesh, plugins, measured };
}

type MeshFacts = Omit<Facts, "plugins" | "measured">;

async function readMesh(api: ApiServer, model: Model, settings: Settings): Promise<MeshFacts> {
  const { platform, mesh } = settings.namespaces;
  const inside = <T>(namespace: string, resource: string, query?: Record<string, string>, group = "") => {
    const prefix = group === "" ? "/api/v1" : `/apis/${group}/v1`;
    const title = group === "" ? resource : `${resource}.${group}`;
    const permission = { verb: "list", resource: title, namespace } as const;
    return api.list<T>(`${prefix}/namespaces/${encodeURIComponent(namespace)}/${resource}`, permission, query);
  };
  const groups = neededKinds.map(({ groupVersion }) => groupVersion);
  const [version, served, controlPlanes, meshConfigs, injectors, namespaces, pods, services, accounts] =
    await Promise.all([
      readVersion(api),
      readAll(groups, (groupVersion) => readServed(api, groupVersion)),
      inside<Deployment>(mesh, "deployments", { labelSelector: "app=istiod" }, "apps"),
      inside<ConfigMap>(mesh, "configmaps"),
      readInjectors(api),
      readAll(examinedNamespaces(settings), (name) => readNamespace(api, name)),
      inside<Pod>(platform, "pods", { fieldSelector: "status.phase=Running" }),
      inside<Service>(platform, "services"),
      readAll(callerNamespaces(model), (namespace) => inside<Named>(namespace, "serviceaccounts")),
    ]);
  const { address: server } = api;
  return { server, version, served, controlPlanes, meshConfigs, injectors, namespaces, pods, services, accounts };
}

async function readAll<T>(keys: readonly string[], read: (key: string) => Promise<T>): Promise<Map<string, T>> {
  return new Map(await Promise.all(keys.map(async (key) => [key, await read(key)] as const)));
}

async function readVersion(api: ApiServer): Promise<Reading<string>> {
  const reading = await api.get<{ gitVersion?: string }>("/version", { verb: "get", resource: "/version" });
  if (!("value" in reading)) return reading;
  const { gitVersion } = reading.value ?? {};
  return gitVersion === undefined
    ? { reason: `${api.address} is no Kubernetes API server: it has no /version` }
    : { value: gitVersion };
}

/** Plural names that an API group serves in a version; none when it is not there. */
export async function readServed(api: ApiServer, groupVersion: string): Promise<Reading<readonly string[]>> {
  const path = `/apis/${groupVersion}`;
  const reading = await api.get<{ resources?: { name: string }[] }>(path, { verb: "get", resource: path });
  return "value" in reading ? { value: (reading.value?.resources ?? []).map(({ name }) => name) } : reading;
}

function readInjectors(api: ApiServer): Promise<Reading<readonly Named[]>> {
  const group = "admissionregistration.k8s.io";
  const plural = "mutatingwebhookconfigurations";
  const permission = { verb: "list", resource: `${plural}.${group}` } as const;
  return api.list<Named>(`/apis/${group}/v1/${plural}`, permission, { labelSelector: "app=sidecar-injector" });
}

function readNamespace(api: ApiServer, name: string): Promise<Reading<Named | undefined>> {
  const path = `/api/v1/namespaces/${encodeURIComponent(name)}`;
  return api.get<Named>(path, { verb: "get", resource: `namespaces/${name}` });
}
