import type { Settings } from "../../../config/settings";
import type { Named, Reading } from "../../../kubernetes/reading";
import { type Facts, toUnknown } from "../facts";
import { type Finding, findingsOf } from "../finding";
import { type Injection, injectionOf } from "../injection";

const { pass, fail, warn, unknown } = findingsOf("namespaces");

interface Wanted {
  readonly name: string;
  /** `pulumi up` makes it when it is not there. */
  readonly created: boolean;
  /** `byPod`: pods in there ask for a sidecar themselves, and the namespace must not forbid it. */
  readonly injected: boolean | "either" | "byPod";
}

// A controller of the operator's in the mesh asks by its pods' label, as the gateway does.
function controllerNamespaces({ namespaces, ingress }: Settings): readonly Wanted[] {
  const { entry, namespace } = ingress.controller;
  if (entry !== "mesh" || namespace === undefined || namespace === namespaces.ingress) return [];
  return [{ name: namespace, created: false, injected: "byPod" }];
}

function wantedNamespaces(settings: Settings): readonly Wanted[] {
  const { namespaces, mesh, controller } = settings;
  return [
    { name: namespaces.platform, created: namespaces.create, injected: true },
    { name: namespaces.workloads, created: namespaces.create, injected: false },
    { name: namespaces.mesh, created: mesh.manage, injected: "either" },
    { name: namespaces.ingress, created: mesh.manage, injected: mesh.manage ? "byPod" : "either" },
    { name: namespaces.overlay, created: controller.manage, injected: false },
    ...controllerNamespaces(settings),
  ];
}

/** Names of every namespace that is looked at. */
export function examinedNamespaces(settings: Settings): readonly string[] {
  return wantedNamespaces(settings).map(({ name }) => name);
}

/** The namespaces exist, and get sidecars where the mesh needs them and nowhere else. */
export function examineNamespaces(facts: Facts, settings: Settings): Finding[] {
  return wantedNamespaces(settings).map((wanted) => {
    const subject = `namespace ${wanted.name}`;
    const reading = facts.namespaces.get(wanted.name) ?? { reason: "it was not asked for" };
    if (!("value" in reading)) return toUnknown("namespaces", subject, reading);
    if (reading.value === undefined) return absent(subject, wanted);
    if (wanted.injected === "either") return pass(subject, "exists");
    const injection = injectionOf(reading.value);
    if (wanted.injected === "byPod") return examineByPod(subject, reading.value, injection);
    return wanted.injected
      ? examineInjected(subject, reading.value, injection, facts.injectors)
      : examineOutside(subject, wanted.name, injection);
  });
}

function absent(subject: string, { name, created }: Wanted): Finding {
  if (created) return warn(subject, "does not exist yet", "Nothing before the first run: `pulumi up` creates it.");
  return fail(subject, "does not exist, and the settings say that it does", `kubectl create namespace ${name}`);
}

function examineInjected(
  subject: string,
  { metadata }: Named,
  injection: Injection,
  injectors: Reading<readonly Named[]>,
): Finding {
  if (injection.state === "disabled") {
    const fix = `kubectl label namespace ${metadata.name} istio-injection=enabled --overwrite`;
    return fail(subject, "its label istio-injection=disabled keeps sidecars out: no policy guards its pods", fix);
  }
  if (injection.state === "enabled") return examineRevision(subject, injection, injectors);
  const cause = "it has neither istio-injection=enabled nor istio.io/rev: its pods get no sidecar";
  if (metadata.labels?.["app.kubernetes.io/managed-by"] === "agyn-networking") {
    return fail(subject, `${cause}, although the program labeled it once`, "pulumi up --refresh");
  }
  return warn(subject, cause, "`pulumi up` sets the label; restart the pods that run by then.");
}

function examineRevision(
  subject: string,
  { label, revision }: Injection & { readonly state: "enabled" },
  injectors: Reading<readonly Named[]>,
): Finding {
  if (!("value" in injectors)) {
    const { cause, fix } = toUnknown("namespaces", subject, injectors);
    return unknown(subject, `it has the label ${label}; whether a control plane answers to it: ${cause}`, fix);
  }
  const known = injectors.value.map(
    ({ metadata: { labels = {} } }) => labels["istio.io/tag"] ?? labels["istio.io/rev"] ?? "default",
  );
  if (known.includes(revision)) return pass(subject, `label ${label}`);
  const found = known.length === 0 ? "there is none" : `there are ${[...new Set(known)].sort().join(", ")}`;
  return fail(
    subject,
    `its label ${label} asks for the revision or tag ${revision}, and no webhook injects for it (${found})`,
    "Install that revision, set a tag for it (istioctl tag set), or label the namespace with one that is there.",
  );
}

function examineByPod(subject: string, { metadata }: Named, injection: Injection): Finding {
  if (injection.state !== "disabled") return pass(subject, "lets pods ask for a sidecar themselves");
  const isOurs = metadata.labels?.["app.kubernetes.io/managed-by"] === "agyn-networking";
  return (isOurs ? warn : fail)(
    subject,
    "its label istio-injection=disabled wins over the label of its pods: the one that serves the public hosts gets no proxy",
    `${isOurs ? "`pulumi up` takes it off" : `kubectl label namespace ${metadata.name} istio-injection-`}; then restart the pods that run by then.`,
  );
}

function examineOutside(subject: string, name: string, injection: Injection): Finding {
  if (injection.state !== "enabled") return pass(subject, "outside of the mesh, as it has to be");
  return fail(
    subject,
    `its label ${injection.label} gives it sidecars, which break the overlay's own TLS and traffic rules`,
    `kubectl label namespace ${name} ${injection.label.split("=")[0]}-`,
  );
}
