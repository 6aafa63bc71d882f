import type { Manifest } from "../../../access/render/manifest";
import type { Model } from "../../../access/model/model";
import { toUnknown } from "../../preflight/facts";
import { findingsOf } from "../../preflight/finding";
import { compareObjects, foreignObjects, titleOf } from "../compare";
import { objectsOf, type LiveObject, type VerifyFacts } from "../facts";
import type { Finding } from "../finding";

const strict = findingsOf("strict");
const policies = findingsOf("policies");

/** Namespaces whose mesh objects decide about the platform: its own, the gateway's, and the mesh's root. */
export function meshNamespaces({ options }: Model): readonly string[] {
  const { platform, ingress, mesh } = options.namespaces;
  return [...new Set([platform, ingress, mesh])];
}

function openModes({ spec }: LiveObject): string[] {
  const { mtls, portLevelMtls } = (spec ?? {}) as {
    readonly mtls?: { readonly mode?: string };
    readonly portLevelMtls?: Readonly<Record<string, { readonly mode?: string }>>;
  };
  const modes = [mtls?.mode, ...Object.values(portLevelMtls ?? {}).map(({ mode }) => mode)];
  return [...new Set(modes.filter((mode) => mode === "PERMISSIVE" || mode === "DISABLE"))];
}

// Of two objects for the same pods Istio obeys the older: whatever opens may win.
function examineForeignModes(facts: VerifyFacts, expected: readonly Manifest[], namespace: string): Finding[] {
  return foreignObjects(facts, expected, "PeerAuthentication", namespace).flatMap((object) => {
    const subject = titleOf("PeerAuthentication", object.metadata);
    return openModes(object).map((mode) => {
      const cause = `is not of the program and sets ${mode}: pods accept callers without a certificate`;
      const fix = `kubectl -n ${namespace} delete peerauthentication ${object.metadata.name}; a needed exception belongs into mesh.exceptions.`;
      return strict.fail(subject, cause, fix);
    });
  });
}

/** STRICT mutual TLS is in force: ours is there, and nothing of others weakens it. */
export function examineStrict(facts: VerifyFacts, expected: readonly Manifest[], model: Model): Finding[] {
  const consequence = () => "mutual TLS is not what the settings say";
  const kind = "PeerAuthentication";
  const own = compareObjects(facts, expected, { check: "strict", kind, consequence });
  const others = meshNamespaces(model).flatMap((namespace) => [
    ...unread(facts, expected, namespace),
    ...examineForeignModes(facts, expected, namespace),
  ]);
  return [...own, ...others];
}

// A namespace where the program has no object of its own is read for those of others.
function unread(facts: VerifyFacts, expected: readonly Manifest[], namespace: string): Finding[] {
  const kind = "PeerAuthentication";
  if (expected.some((manifest) => manifest.kind === kind && manifest.metadata.namespace === namespace)) return [];
  const reading = objectsOf(facts, kind, namespace);
  return "value" in reading ? [] : [toUnknown("strict", `${kind} of ${namespace}`, reading)];
}

function examineForeignPolicy(namespace: string, { metadata, spec }: LiveObject): Finding[] {
  const { action = "ALLOW", rules = [] } = (spec ?? {}) as { action?: string; rules?: readonly unknown[] };
  const subject = titleOf("AuthorizationPolicy", metadata);
  const remove = `kubectl -n ${namespace} delete authorizationpolicy ${metadata.name}`;
  if (action === "ALLOW" && rules.length > 0) {
    const cause = "is not of the program and allows calls that the model does not know: policies add up";
    return [policies.fail(subject, cause, `${remove}; your own callers belong into mesh.extraCallers.`)];
  }
  if (action === "DENY" && rules.length > 0) {
    const cause = "is not of the program and denies calls, whatever the model allows (RBAC: access denied)";
    return [policies.warn(subject, cause, `${remove}, unless the denial is meant.`)];
  }
  return [];
}

/** The allowed callers are those of the model: each policy is there unmodified, and nobody added one. */
export function examinePolicies(facts: VerifyFacts, expected: readonly Manifest[], model: Model): Finding[] {
  const consequence = (name: string) =>
    name === "allow-nothing" ? "what no policy names is open" : `who may call ${name} is not what the model says`;
  const kind = "AuthorizationPolicy";
  const own = compareObjects(facts, expected, { check: "policies", kind, consequence });
  const others = meshNamespaces(model).flatMap((namespace) =>
    foreignObjects(facts, expected, kind, namespace).flatMap((object) => examineForeignPolicy(namespace, object)),
  );
  return [...own, ...others];
}
