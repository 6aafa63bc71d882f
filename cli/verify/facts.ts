import type { Observed } from "../../kubernetes/diagnosis/objects";
import type { Named, Reading } from "../../kubernetes/reading";
import type { Facts } from "../preflight/facts";

/** A live Kubernetes object. Standard names of fields; what is looked at differs by kind. */
export interface LiveObject extends Named {
  readonly spec?: Readonly<Record<string, unknown>>;
  readonly status?: Readonly<Record<string, unknown>>;
}

/** The public certificate as its Secret holds it. Texts are PEM; the key is never read out of the answer. */
export interface StoredCertificate {
  readonly chain: string;
  /** The authority, where cert-manager knows it: private ones do. */
  readonly authority?: string;
}

/** What a client sees that connects to a public host. */
export interface Handshake {
  /** Why the peer is not trusted, as an error code of TLS; unset: it is. */
  readonly distrust?: string;
  /** End of the leaf's life, RFC 3339. */
  readonly notAfter: string;
  /** SHA-256 of the leaf. */
  readonly fingerprint: string;
}

/** An object of the controller. */
export interface OverlayObject {
  readonly id: string;
  readonly name: string;
  readonly [field: string]: unknown;
}

/** What the controller says an identity may do with a service. */
export interface Advice {
  readonly identity: string;
  readonly service: string;
  readonly isBindAllowed: boolean;
  readonly isDialAllowed: boolean;
  /** Routers that both may use, and that are online. */
  readonly commonRouters: number;
}

/** Everything the checks know about the overlay. */
export interface OverlayFacts {
  readonly configs: readonly OverlayObject[];
  readonly services: readonly OverlayObject[];
  readonly servicePolicies: readonly OverlayObject[];
  readonly edgeRouterPolicies: readonly OverlayObject[];
  readonly serviceEdgeRouterPolicies: readonly OverlayObject[];
  readonly routers: readonly OverlayObject[];
  readonly terminators: readonly (Readonly<Record<string, unknown>> & { readonly id: string })[];
  readonly identities: readonly OverlayObject[];
  /** For some identities of each role that a static policy names. */
  readonly advice: readonly Advice[];
}

/** Everything the checks know about an installation. */
export interface VerifyFacts {
  readonly now: Date;
  /** What the preflight reads. */
  readonly cluster: Facts;
  /** Pods that the installation needs, and what is said of them. */
  readonly pods: Observed;
  /** Live objects by `<Kind>/<namespace>`; an empty namespace is the whole cluster. */
  readonly objects: ReadonlyMap<string, Reading<readonly LiveObject[]>>;
  /** Undefined: there is no such Secret. */
  readonly certificate: Reading<StoredCertificate | undefined>;
  /** Addresses of each public name; none: the name does not exist. */
  readonly addresses: ReadonlyMap<string, Reading<readonly string[]>>;
  readonly handshakes: ReadonlyMap<string, Reading<Handshake>>;
  /** The controller, or why it could not be asked. */
  readonly overlay: Reading<OverlayFacts>;
}

/** The live objects of a kind in a namespace, or in the whole cluster. */
export function objectsOf(facts: VerifyFacts, kind: string, namespace = ""): Reading<readonly LiveObject[]> {
  return facts.objects.get(`${kind}/${namespace}`) ?? { reason: "it was not asked for" };
}
