import type { Model } from "../../access/model/model";
import { overlayPods } from "../../access/platform/services";
import { controllerNodes } from "../../access/model/controller-nodes";
import { controllerUrlsOf } from "../../config/values/network";
import type { Settings } from "../../config/settings";
import { ControllerClient } from "../../openziti/client/client";
import { ClientError } from "../../openziti/client/errors";
import { defaultPatience, type Patience } from "../../openziti/client/retry";
import type { Credential } from "../../openziti/client/session";
import type { Cluster } from "../../openziti/client/transport";
import type { ApiServer } from "../../kubernetes/api-server";
import type { Reading } from "../../kubernetes/reading";
import { textsOf } from "./checks/overlay";
import type { Advice, OverlayFacts, OverlayObject } from "./facts";
import { readSecret } from "./read-secret";
import type { Vantage } from "./read-reachability";
import { withinTime } from "./time-limit";

/** Milliseconds for the whole conversation with the controller. */
const limit = 15_000;
/** Ends before the conversation has to, so that what each controller of a cluster failed with is told. */
const patience: Patience = { ...defaultPatience, deadlineMs: 9_000 };
/** Identities of each role whose advice is asked for: they differ by their roles alone. */
const sample = 2;

/** How the controller is reached, and as whom. */
export interface OverlayAccess {
  readonly cluster: Cluster;
  readonly credential: Credential;
}

/** The credential of Ziti Management, which is in its Secret and nowhere else, and where the controller is. */
export async function readOverlayAccess(
  api: ApiServer,
  model: Model,
  settings: Settings,
  vantage: Pick<Vantage, "kubeconfig" | "context">,
): Promise<Reading<OverlayAccess>> {
  const { platform } = model.options.namespaces;
  const { secretName } = settings.zitiManagement;
  const reading = await readSecret(api, platform, secretName);
  if (!("value" in reading)) return reading;
  const files = reading.value;
  if (files === undefined)
    return { reason: `Secret ${platform}/${secretName} with the controller's credential does not exist` };
  const credential = toCredential(files);
  if (credential === undefined) return { reason: `Secret ${platform}/${secretName} holds no complete credential` };
  return { value: { credential, cluster: toCluster(files, model, settings, vantage) } };
}

/** Asks the controller as Ziti Management. Reads only. What cannot be read is a reason, or the right that is missing. */
export async function readOverlay(
  api: ApiServer,
  model: Model,
  settings: Settings,
  vantage: Vantage,
): Promise<Reading<OverlayFacts>> {
  const access = await readOverlayAccess(api, model, settings, vantage);
  if (!("value" in access)) return access;
  const client = new ControllerClient(access.value.cluster, access.value.credential, { patience });
  try {
    return await withinTime(`the controller at ${settings.controller.url}`, limit, ask(client, model));
  } finally {
    await client.close();
  }
}

function toCredential(files: ReadonlyMap<string, string>): Credential | undefined {
  const [username, password] = [files.get("username"), files.get("password")];
  if (username !== undefined && password !== undefined) return { method: "password", username, password };
  return files.has("client.crt") && files.has("client.key") ? { method: "cert" } : undefined;
}

function toCluster(
  files: ReadonlyMap<string, string>,
  model: Model,
  settings: Settings,
  { kubeconfig, context }: Pick<Vantage, "kubeconfig" | "context">,
): Cluster {
  const { url, reach, ca } = settings.controller;
  const { namespaces, controller } = model.options;
  const place = { namespace: namespaces.overlay, port: overlayPods.controller.managementPort };
  const targets = controllerNodes(controller).map(({ managementService: service }) => ({
    ...{ kubeconfig, context },
    ...place,
    service,
  }));
  return {
    urls: controllerUrlsOf(url),
    ca: files.get("ca.crt") ?? ca,
    cert: files.get("client.crt"),
    key: files.get("client.key"),
    ...(reach === "portForward" && { portForwards: targets }),
  };
}

async function ask(client: ControllerClient, model: Model): Promise<Reading<OverlayFacts>> {
  try {
    const lists = ["configs", "services", "service-policies", "edge-router-policies", "service-edge-router-policies"];
    const all = [...lists, "edge-routers", "terminators", "identities"].map((collection) => client.list(collection));
    const read = await Promise.all(all);
    const [configs = [], services = [], servicePolicies = [], edgeRouterPolicies = []] = read;
    const [serviceEdgeRouterPolicies = [], routers = [], terminators = [], identities = []] = read.slice(4);
    const advice = await readAdvice(client, model, services, identities);
    const policies = { servicePolicies, edgeRouterPolicies, serviceEdgeRouterPolicies };
    return { value: { configs, services, ...policies, routers, terminators, identities, advice } };
  } catch (error) {
    if (error instanceof ClientError) return { reason: error.message };
    throw error;
  }
}

async function readAdvice(
  client: ControllerClient,
  { overlay }: Model,
  services: readonly OverlayObject[],
  identities: readonly OverlayObject[],
): Promise<readonly Advice[]> {
  const pairs = overlay.policies.flatMap((policy) =>
    policy.services.flatMap((name) =>
      policy.identityRoles.flatMap((role) => {
        const holders = identities.filter(({ roleAttributes }) => textsOf(roleAttributes).includes(role));
        const service = services.find((one) => one.name === name);
        return service === undefined ? [] : holders.slice(0, sample).map(({ id }) => `${id}/${service.id}`);
      }),
    ),
  );
  const asked = [...new Set(pairs)].map(async (pair) => {
    const [identity = "", service = ""] = pair.split("/");
    const answer = await client.tryGet(`identities/${identity}/policy-advice`, service);
    const online = (answer?.commonRouters as { readonly isOnline?: boolean }[] | null | undefined) ?? [];
    return {
      identity,
      service,
      // The controller leaves out what is false.
      isBindAllowed: answer?.isBindAllowed === true,
      isDialAllowed: answer?.isDialAllowed === true,
      commonRouters: online.filter(({ isOnline }) => isOnline === true).length,
    };
  });
  return Promise.all(asked);
}
