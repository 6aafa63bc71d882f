import { closest } from "fastest-levenshtein";
import type { Principal } from "../../access/model/calls";
import { serviceOf, type Model } from "../../access/model/model";
import { roles, type RoleName } from "../../access/model/overlay";
import { rpcPort, rpcsOf, shortName, tryFindRpc, type Rpc } from "../../access/platform/rpcs";
import { accountOf } from "../../access/model/service-accounts";
import {
  findStore,
  ingressGateway,
  isServiceName,
  isStoreName,
  serviceNames,
  storeNames,
  type ServiceName,
  type StoreName,
} from "../../access/platform/services";
import { LocalError } from "../../local/local-error";

/** Pods as policies see them. */
export interface Pods {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Who asks: pods with a mesh identity, holders of an overlay role, or the public. */
export type Caller =
  | {
      readonly kind: "workload";
      readonly title: string;
      readonly principal: Principal;
      readonly pods: Pods;
      readonly service?: ServiceName;
    }
  | { readonly kind: "role"; readonly title: string; readonly role: RoleName }
  | { readonly kind: "public"; readonly title: string };

/** What is asked for: an RPC, a port of a workload or data store, or the services of an overlay role. */
export type Target =
  | { readonly kind: "rpc"; readonly title: string; readonly rpc: Rpc; readonly port: number }
  | { readonly kind: "port"; readonly title: string; readonly callee: ServiceName | StoreName; readonly port?: number }
  | { readonly kind: "role"; readonly title: string; readonly role: RoleName };

const serviceRoles = Object.keys(roles).filter((name) => roles[name as RoleName].kind === "service");
const identityRoles = Object.keys(roles).filter((name) => roles[name as RoleName].kind === "identity");
const serving = serviceNames.filter((name) => rpcsOf(name).length > 0);
const hashed = (names: readonly string[]) => names.map((name) => `#${name}`);
const objectName = /^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/;

function unknown(option: string, received: string, forms: string, known: readonly string[]): LocalError {
  return new LocalError(
    `${option}: received "${received}", which is unknown. Did you mean "${closest(received, [...known])}"?\nAllowed: ${forms}.`,
  );
}

function gatewayCaller({ options }: Model): Caller {
  const { ingress } = options.namespaces;
  const serviceAccount = accountOf(options, ingressGateway.serviceAccount);
  const pods = { namespace: ingress, labels: ingressGateway.selector };
  return { kind: "workload", title: "the ingress gateway", principal: { namespace: ingress, serviceAccount }, pods };
}

function platformCaller(model: Model, name: ServiceName): Caller {
  const { serviceAccount, selector } = serviceOf(model, name);
  const namespace = model.options.namespaces.platform;
  const principal = { namespace, serviceAccount };
  return { kind: "workload", title: name, service: name, principal, pods: { namespace, labels: selector } };
}

function storeCaller({ options }: Model, name: StoreName): Caller {
  const namespace = options.namespaces.platform;
  const serviceAccount = name === "openfga" ? accountOf(options, name) : name;
  const pods = { namespace, labels: findStore(name).selector };
  return { kind: "workload", title: name, principal: { namespace, serviceAccount }, pods };
}

function foreignCaller(model: Model, text: string): Caller | undefined {
  const [namespace = "", serviceAccount = "", ...rest] = text.split("/");
  if (rest.length > 0 || !objectName.test(namespace) || !objectName.test(serviceAccount)) return undefined;
  const { platform, ingress } = model.options.namespaces;
  const known = model.services.find((service) => service.serviceAccount === serviceAccount);
  if (namespace === platform && known !== undefined) return platformCaller(model, known.name);
  if (namespace === ingress && serviceAccount === ingressGateway.serviceAccount) return gatewayCaller(model);
  const pods = { namespace, labels: {} };
  return { kind: "workload", title: text, principal: { namespace, serviceAccount }, pods };
}

/**
 * The caller that a text names: a service, `namespace/serviceaccount`, `ingress-gateway`, an overlay role (`#agents`) or
 * `public`. Throws LocalError with the nearest name.
 */
export function findCaller(model: Model, text: string, option = "--from"): Caller {
  if (isServiceName(text)) return platformCaller(model, text);
  if (isStoreName(text)) return storeCaller(model, text);
  if (text === "public") return { kind: "public", title: "the public" };
  if (text === "ingress-gateway") return gatewayCaller(model);
  const role = text.replace(/^#/, "");
  if (text.startsWith("#") && identityRoles.includes(role)) {
    return { kind: "role", title: `#${role}`, role: role as RoleName };
  }
  const foreign = foreignCaller(model, text);
  if (foreign !== undefined) return foreign;
  const forms = `the name of a service, <namespace>/<serviceaccount>, ingress-gateway, public, ${hashed(identityRoles).join(", ")}`;
  const known = [...serviceNames, ...storeNames, "public", "ingress-gateway", ...hashed(identityRoles)];
  throw unknown(option, text, forms, known);
}

// A misspelt service is looked for by its own name: its RPCs alone are what may have been meant.
function rpcsNear(service: string): readonly Rpc[] {
  return rpcsOf(closest(service, serving) as ServiceName);
}

/**
 * The target that a text names: `service.Method`, `service/Method`, a full path, a service or data store (with `:port`),
 * or an overlay role (`#runner-services`). Throws LocalError with the nearest name.
 */
export function findTarget(text: string, option = "--to"): Target {
  const rpc = tryFindRpc(text) ?? tryFindRpc(text.replace("/", "."));
  if (rpc !== undefined) return { kind: "rpc", title: shortName(rpc), rpc, port: rpcPort(rpc.service) };
  const role = text.replace(/^#/, "");
  if (text.startsWith("#") && serviceRoles.includes(role)) {
    return { kind: "role", title: `#${role}`, role: role as RoleName };
  }
  const [name = "", port] = text.split(":");
  const number = port === undefined ? undefined : Number(port);
  const isNumber = number === undefined || (Number.isInteger(number) && number > 0 && number < 65_536);
  if (isNumber && (isServiceName(name) || isStoreName(name))) {
    return { kind: "port", title: text, callee: name, ...(number !== undefined && { port: number }) };
  }
  const forms = `<service>.<Method>, <service> or <store> with :<port> if wanted, ${hashed(serviceRoles).join(", ")}`;
  const names = [...serviceNames, ...storeNames, ...hashed(serviceRoles)];
  const [service = "", method = ""] = text.split(/[./]/);
  throw unknown(option, text, forms, method === "" ? names : rpcsNear(service).map(shortName));
}
