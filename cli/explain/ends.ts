import { closest } from "fastest-levenshtein";
import {
  accountClient,
  entryClient,
  strangerClient,
  thePublic,
  workloadClient,
  type Client,
  type Target,
} from "../../access/answers/client";
import { publicPassthroughs } from "../../access/answers/public-layer";
import type { Model } from "../../access/model/model";
import { identityRoles, serviceRoles } from "../../access/platform/overlay";
import { rpcPort, rpcsOf, shortName, tryFindRpc, type Rpc } from "../../access/platform/rpcs";
import { isServiceName, isStoreName, serviceNames, storeNames, type ServiceName } from "../../access/platform/services";
import { LocalError } from "../../local/local-error";

const serving = serviceNames.filter((name) => rpcsOf(name).length > 0);
const hashed = (names: readonly string[]) => names.map((name) => `#${name}`);
const objectName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

function unknown(option: string, received: string, forms: string, known: readonly string[]): LocalError {
  return new LocalError(
    `${option}: received "${received}", which is unknown. Did you mean "${closest(received, [...known])}"?\nAllowed: ${forms}.`,
  );
}

// `ops/*` is a pod of the namespace without a certificate of the mesh.
function namespacedClient(model: Model, text: string): Client | undefined {
  const [namespace = "", serviceAccount = "", ...rest] = text.split("/");
  if (rest.length > 0 || !objectName.test(namespace)) return undefined;
  if (serviceAccount === "*") return strangerClient(namespace);
  return objectName.test(serviceAccount) ? accountClient(model, { namespace, serviceAccount }) : undefined;
}

/**
 * The client that a text names: a service or data store, `namespace/serviceaccount`, `namespace/*`, `ingress-gateway`, an
 * overlay role (`#agents`) or `public`. Throws LocalError with the nearest name.
 */
export function findClient(model: Model, text: string, option = "--from"): Client {
  if (isServiceName(text) || isStoreName(text)) return workloadClient(model, text);
  if (text === "public") return thePublic;
  if (text === "ingress-gateway") return entryClient(model);
  const role = identityRoles.find((name) => text === `#${name}`);
  if (role !== undefined) return { kind: "role", title: text, role };
  const namespaced = namespacedClient(model, text);
  if (namespaced !== undefined) return namespaced;
  const forms = `the name of a service, <namespace>/<serviceaccount>, <namespace>/*, ingress-gateway, public, ${hashed(identityRoles).join(", ")}`;
  const known = [...serviceNames, ...storeNames, "public", "ingress-gateway", ...hashed(identityRoles)];
  throw unknown(option, text, forms, known);
}

// A misspelt service is looked for by its own name: its RPCs alone are what may have been meant.
function rpcsNear(service: string): readonly Rpc[] {
  return rpcsOf(closest(service, serving) as ServiceName);
}

function tryFindPort(text: string): Target | undefined {
  const [name = "", port] = text.split(":");
  const number = port === undefined ? undefined : Number(port);
  const isNumber = number === undefined || (Number.isInteger(number) && number > 0 && number < 65_536);
  if (!isNumber || !(isServiceName(name) || isStoreName(name))) return undefined;
  return { kind: "port", title: text, callee: name, ...(number !== undefined && { port: number }) };
}

function tryFindHost(model: Model, text: string): Target | undefined {
  const host = text.replace(/^https:\/\//, "").replace(/\/$/, "");
  const hosts = [...model.exposures, ...publicPassthroughs(model)].map((one) => one.host);
  return hosts.includes(host) ? { kind: "host", title: host, host } : undefined;
}

/**
 * The target that a text names: `service.Method`, `service/Method`, a full path, a service or data store (with `:port`),
 * a public host, or an overlay role (`#runner-services`). Throws LocalError with the nearest name.
 */
export function findTarget(model: Model, text: string, option = "--to"): Target {
  const rpc = tryFindRpc(text) ?? tryFindRpc(text.replace("/", "."));
  if (rpc !== undefined) return { kind: "rpc", title: shortName(rpc), rpc, port: rpcPort(rpc.service) };
  const role = serviceRoles.find((name) => text === `#${name}`);
  if (role !== undefined) return { kind: "role", title: text, role };
  const found = tryFindPort(text) ?? tryFindHost(model, text);
  if (found !== undefined) return found;
  const forms = `<service>.<Method>, <service> or <store> with :<port> if wanted, a public host, ${hashed(serviceRoles).join(", ")}`;
  const hosts = model.exposures.map(({ host }) => host);
  const names = [...serviceNames, ...storeNames, ...hosts, ...hashed(serviceRoles)];
  const [service = "", method = ""] = text.split(/[./]/);
  throw unknown(option, text, forms, method === "" || text.includes(":") ? names : rpcsNear(service).map(shortName));
}
