import { quotedAfter, type Case } from "./case";
import type { Symptom } from "./symptoms";

const where = "container" as const;
const pull = /^(ErrImagePull|ImagePullBackOff|ImageInspectError|RegistryUnavailable|InvalidImageName)$/;
const imageOf = ({ image, message }: Symptom) => `"${image ?? quotedAfter(message, "image", "unknown")}"`;
const namespaceOf = ({ owner }: Symptom) => owner.namespace;
const starts = "The container starts by itself as soon as it is there.";

/** Cases of images. */
const imageCases: readonly Case[] = [
  {
    ...{ id: "not-injected", where, reason: pull, image: /^(.*\/)?auto(:latest)?$/, patience: 0 },
    cause: () => 'its image is still the placeholder "auto": Istio did not inject the pod',
    fix: (symptom) =>
      `Remove the label istio-injection=disabled from the namespace ${namespaceOf(symptom)}, see that istiod runs, and delete the pod.`,
  },
  {
    ...{ id: "image-refused", where, reason: pull, patience: 0 },
    message: /unauthorized|denied|forbidden|authentication required|no basic auth|\b40[13]\b/i,
    cause: (symptom) => `the registry does not give the image ${imageOf(symptom)} to this cluster`,
    fix: () => "Name a pull secret in images.pullSecrets, or mirror the images and set images.registry.",
  },
  {
    ...{ id: "image-rate-limit", where, reason: pull, message: /toomanyrequests|rate limit|\b429\b/i, patience: 0 },
    cause: (symptom) => `the registry of ${imageOf(symptom)} limits how often this cluster may pull`,
    fix: () => "Wait, or mirror the images (agyn-net mirror lists them) and set images.registry.",
  },
  {
    ...{ id: "image-missing", where, reason: pull, message: /not found|manifest unknown|does not exist/i, patience: 0 },
    cause: (symptom) => `the registry has no image ${imageOf(symptom)}`,
    fix: () => "Correct its name and tag; a mirror needs every image that agyn-net mirror lists.",
  },
  {
    ...{ id: "registry-unreachable", where, reason: pull, patience: 0 },
    message: /no such host|timeout|refused|deadline exceeded|unreachable|x509|certificate|\bEOF\b|server misbehaving/i,
    cause: (symptom) => `the node cannot reach the registry of ${imageOf(symptom)}`,
    fix: () => "Open the way for the nodes, or mirror the images (agyn-net mirror lists them) and set images.registry.",
  },
  {
    ...{ id: "image-not-loaded", where, reason: /^ErrImageNeverPull$/, patience: 0 },
    cause: (symptom) => `the node does not have the image ${imageOf(symptom)}, and the pod forbids to pull it`,
    fix: () => "Load the image onto every node.",
  },
  {
    ...{ id: "image-pull", where, reason: pull, patience: 10 },
    cause: (symptom) => `the image ${imageOf(symptom)} cannot be pulled`,
    fix: () => "Correct its name, or mirror the images (agyn-net mirror lists them) and set images.registry.",
  },
];

/** Cases of what a container is configured with. */
const configurationCases: readonly Case[] = [
  {
    ...{ id: "object-missing", where, message: /\b(secret|configmap) "[^"]+" not found/i, patience: 15 },
    reason: /^CreateContainer(Config)?Error$/,
    cause: ({ message, owner }) => {
      const kind = /configmap/i.test(message) ? "ConfigMap" : "Secret";
      return `it needs the ${kind} "${quotedAfter(message, kind, "")}", which the namespace ${owner.namespace} does not have`;
    },
    fix: () => `Create it. ${starts}`,
  },
  {
    ...{ id: "key-missing", where, reason: /^CreateContainer(Config)?Error$/, message: /couldn't find key/i },
    ...{ patience: 15, cause: ({ message }) => message.replace(/^.*couldn't find key/i, "there is no key") },
    fix: () => `Add the key. ${starts}`,
  },
  {
    ...{ id: "run-as-root", where, message: /runAsNonRoot/, patience: 0 },
    cause: ({ image }) => `the pod may not run as root, and the image "${image ?? ""}" names no numeric user`,
    fix: () => "Use an image whose USER is a number other than 0, or set securityContext.runAsUser.",
  },
  {
    ...{ id: "not-created", where, reason: /^(Create|Run)Container\w*Error$|^PostStartHookError$/, patience: 15 },
    cause: ({ reason }) => `the kubelet cannot start it (${reason})`,
    fix: ({ subject }) => `Look at its events: kubectl -n ${namespaceFlag(subject)}`,
  },
];

const describePod = (subject: string) => subject.replace(/^Pod ([^/]+)\/(.*)$/, "-n $1 describe pod $2");
const namespaceFlag = (subject: string) => describePod(subject).replace(/^-n /, "");
const unresolved = /no such host|server misbehaving|NXDOMAIN|ENOTFOUND|Temporary failure in name resolution|EAI_AGAIN/i;
const untrusted = /x509:|certificate (is|has|signed)|CERT_|tls: (bad|failed|handshake)/i;

/** Cases of programs that end, or run and do not get ready. */
const programCases: readonly Case[] = [
  {
    ...{ id: "out-of-memory", where, reason: /^OOMKilled$/, patience: 0 },
    cause: () => "it needs more memory than its limit, and the kernel ends it",
    fix: () => "Raise its memory limit, or give the node more memory.",
  },
  {
    ...{ id: "wrong-architecture", where, log: /exec format error/i, patience: 0 },
    cause: ({ image }) => `the image "${image ?? ""}" is for another processor than the node's`,
    fix: () => "Use an image for the node's architecture.",
  },
  {
    ...{ id: "token-spent", where, log: /INVALID_ENROLLMENT_TOKEN|enrollment.*(expired|invalid)/i, patience: 10 },
    cause: () => "its enrollment token is used up or has run out",
    fix: () =>
      "pulumi up makes another one for a router of this stack; ziti edge re-enroll edge-router does for others.",
  },
  {
    ...{ id: "name-unresolved", where, log: unresolved, patience: 20 },
    cause: ({ reason }) => `a name that it dials does not resolve inside the cluster${ends(reason)}`,
    fix: () =>
      "Public names of the overlay need lines in the cluster's DNS: set overlay.clusterDns. Other names: see its log.",
  },
  {
    ...{ id: "certificate-refused", where, log: untrusted, patience: 20 },
    cause: ({ reason }) => `the certificate of a peer is not the one it expects${ends(reason)}`,
    fix: () => "Compare the name that it dials with the names in that certificate, and the authority that it trusts.",
  },
  {
    ...{ id: "crash", where, reason: /^CrashLoopBackOff$/, patience: 10 },
    cause: ({ message }) => `the program in it ends again and again (${message})`,
    fix: (symptom) => `Its last lines tell why; all of them: kubectl ${logsOf(symptom)} --previous`,
  },
  {
    ...{ id: "probe-failed", where, reason: /^Unhealthy$/, patience: 30 },
    cause: () => "it runs, and a probe of it fails",
    fix: (symptom) => `Its log tells why: kubectl ${logsOf(symptom)}`,
  },
  {
    ...{ id: "not-started", where, patience: 20, cause: ({ reason }) => `it does not start (${reason})` },
    fix: ({ subject }) => `Look at its events: kubectl ${describePod(subject)}`,
  },
];

const ends = (reason: string) => (reason === "CrashLoopBackOff" ? ", and it ends again and again" : "");
const logsOf = ({ subject, container = "" }: Symptom) =>
  `${subject.replace(/^Pod ([^/]+)\/(.*)$/, "-n $1 logs $2")} -c ${container}`;

/** Cases of containers; the last one is any. */
export const containerCases: readonly Case[] = [...imageCases, ...configurationCases, ...programCases];
