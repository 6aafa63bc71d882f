import { managementUrls } from "../../access/model/controller-nodes";
import { defaultInfrastructureRoles, roles, type RoleName } from "../../access/platform/overlay";
import type { Secret } from "../secret";
import { both, derived, perProfile, required, unset, value, type Default, type Fields } from "../field";
import { listOf } from "../values/collections";
import { domainName, objectName, overlayZone, pattern } from "../values/names";
import { boundedBlock, controllerUrl, resolverAddress } from "../values/network";
import { databaseUrl } from "../values/database-url";
import { certificates, privateKey } from "../values/pem";
import { flag, oneOf, secretText, text } from "../values/value-type";

const imageReference = /^[a-z0-9][a-z0-9._:/-]*(:[A-Za-z0-9._-]+|@sha256:[a-f0-9]{64})$/;
const roleNames = (Object.keys(roles) as RoleName[]).filter((name) => roles[name].kind === "identity");

const managedUrl: Default<string> = derived<string>(
  "when managed `https://ziti-controller-mgmt.<namespaces.overlay>.svc:1281` (of a cluster all three), else **required**",
  (draft) => {
    if (draft["controller.manage"] === false) return required;
    const { "namespaces.overlay": namespace, "controller.mode": mode } = draft;
    return namespace === undefined ? undefined : managementUrls(mode ?? "standalone", namespace).join(",");
  },
);

const ownCa: Default<string> = derived<string>("**required** unless managed", (draft) =>
  draft["controller.manage"] === false ? required : undefined,
);

const operatorsDatabase: Default<Secret> = derived<Secret>("**required** with `zitiManagement.deploy`", (draft) =>
  draft["zitiManagement.deploy"] === false ? undefined : required,
);

/** The OpenZiti overlay, its controller and Ziti Management. */
export const overlayFields = {
  "overlay.zone": {
    type: overlayZone,
    help: "DNS zone of overlay addresses: `gateway.<zone>`, `llm-proxy.<zone>`, `tracing.<zone>`.",
    example: "ziti",
    ...both(value("ziti")),
  },
  "overlay.extraZones": {
    type: listOf(overlayZone, "a list of further zones"),
    help: "Further zones under which the same services answer, for platform images that use another name.",
    example: ["agyn"],
    ...both(value([])),
  },
  "overlay.platformExtras": {
    type: flag,
    help: "Add the dial policies and the callers in the mesh that today's platform images need beyond the specified ones.",
    example: true,
    ...perProfile(value(true), value(false)),
  },
  "overlay.infrastructureRoles": {
    type: listOf(oneOf(...roleNames), "a list of role attributes"),
    help: "Role attributes of the infrastructure services that may dial the Gateway, besides agents, apps and devices.",
    example: ["orchestrators", "runners"],
    ...both(value(defaultInfrastructureRoles)),
  },
  "overlay.interceptRange": {
    type: boundedBlock,
    help: "Addresses that tunnelers in agent pods hand out for overlay names. Nothing else in the cluster may use them.",
    example: "100.64.0.0/10",
    ...both(value("100.64.0.0/10")),
  },
  "overlay.upstreamResolver": {
    type: resolverAddress,
    help: "Resolver that an agent's tunneler asks for every name outside of the overlay, usually the cluster's DNS. Without one, what the pod's own resolv.conf names.",
    example: "10.96.0.10",
    ...both(unset),
  },
  "overlay.clusterDns": {
    type: oneOf("auto", "coredns-custom", "corefile", "external", "none"),
    help: "How pods reach the advertised and public names inside of the cluster: a key of our own in the ConfigMap `coredns-custom` (k3s, AKS), lines merged into the `corefile` (kubeadm, kind, minikube), or `auto`: whichever the cluster has, refused with the lines to add where it has neither. `external`: you added the lines of the output `clusterDnsLines`. `none`: public DNS has to lead pods there.",
    example: "coredns-custom",
    ...perProfile(value("auto"), value("none")),
  },
  "overlay.watchForeignGrants": {
    type: flag,
    help: "Ask the controller in every preview and refresh for policies of others that let somebody dial or bind our services, and warn.",
    example: true,
    ...both(value(true)),
  },
  "controller.manage": {
    type: flag,
    help: "Install an OpenZiti controller and router. Off: the settings below describe the one that is there.",
    example: false,
    ...perProfile(value(true), value(false)),
  },
  "controller.mode": {
    type: oneOf("standalone", "cluster"),
    help: "A managed controller is one process, or a cluster of three under `<name>`, `<name>-2` and `<name>-3` of `controller.advertisedHost`. Decide before the first install: a network does not move from one to the other.",
    example: "cluster",
    ...both(value("standalone")),
  },
  "controller.url": {
    type: controllerUrl,
    help: "Address of the controller's management API, without a path. Of a cluster all of them, with commas between: where one gives no answer, the next takes over. Ziti Management takes the first; of a cluster that the program installs, one that leads to whichever controller works.",
    example: "https://ziti-mgmt.acme-robotics.io:1281",
    ...both(managedUrl),
  },
  "controller.reach": {
    type: oneOf("direct", "portForward"),
    help: "`direct`: the machine that runs Pulumi reaches the URL. `portForward`: through the Kubernetes API server.",
    example: "direct",
    ...perProfile(value("portForward"), value("direct")),
  },
  "controller.ca": {
    type: certificates,
    help: "CA certificates that the controller's certificate is checked against.",
    example: "ca.pem",
    ...both(ownCa),
  },
  "controller.cert": {
    type: certificates,
    help: "Client certificate of an administrator, followed by its intermediates. Goes with `controller.key`.",
    example: "cert.pem",
    ...both(unset),
  },
  "controller.key": {
    type: secretText(privateKey),
    help: "Private key of `controller.cert`.",
    example: "key.pem",
    secret: true,
    ...both(unset),
  },
  "controller.username": {
    type: text("a user name"),
    help: "Administrator of the controller. Goes with `controller.password`; the other credential is `controller.cert` with `controller.key`. A managed controller gets a generated one.",
    example: "agyn-networking",
    ...both(unset),
  },
  "controller.password": {
    type: secretText(text("a password")),
    help: "Password of `controller.username`.",
    example: "<password>",
    secret: true,
    ...both(unset),
  },
  "controller.advertisedHost": {
    type: domainName,
    help: "Public name under which routers, agents and devices reach the controller. It is baked into enrolled identities.",
    example: "ziti.agents.acme-robotics.io",
    ...both(derived("`ziti.<domain>`", ({ domain }) => (domain === undefined ? undefined : `ziti.${domain}`))),
  },
  "controller.forget": {
    type: flag,
    help: "Let go of every object in the controller without asking it: for a controller that is lost. Bring the stack up with it once, then destroy.",
    example: true,
    ...both(value(false)),
  },
  "controller.adopt": {
    type: flag,
    help: "Take over an OpenZiti object of the same name. Off: an object that exists already is an error.",
    example: true,
    ...both(value(false)),
  },
  "zitiManagement.deploy": {
    type: flag,
    help: "Deploy Ziti Management. Off: only the Secret with its credentials is made.",
    example: true,
    ...both(value(true)),
  },
  "zitiManagement.database": {
    type: secretText(databaseUrl),
    help: "URL of the PostgreSQL database of Ziti Management: `postgres://<user>:<password>@<host>:<port>/<database>`. Without one, in the bootstrap profile, the stack installs a small PostgreSQL of its own. In the platform namespace the mesh opens the store `postgres` for it, and no other server.",
    example: "database.txt",
    secret: true,
    ...perProfile<Secret>(unset, operatorsDatabase),
  },
  "zitiManagement.image": {
    type: pattern("an image with a tag or digest", imageReference),
    help: "Image of Ziti Management.",
    example: "ghcr.io/agynio/ziti-management:0.7.0",
    ...both(value("ghcr.io/agynio/ziti-management:0.7.0")),
  },
  "zitiManagement.secretName": {
    type: objectName("the name of a Secret"),
    help: "Secret that holds the controller credentials of Ziti Management: an administrator's certificate of its own.",
    example: "ziti-management-credentials",
    ...both(value("ziti-management-credentials")),
  },
  "zitiManagement.logOperations": {
    type: flag,
    help: "Have the mesh write down every call of Ziti Management with its caller, and count them by RPC. Needs Istio's kinds in the cluster.",
    example: true,
    ...both(value(true)),
  },
} satisfies Partial<Fields>;
