import type { Condition, Named, Reading } from "../../kubernetes/reading";

/** An issuer of cert-manager, an IngressClass or a GatewayClass. */
export interface Conditioned extends Named {
  readonly status?: { readonly conditions?: readonly Condition[] };
}

/** A Gateway: `servers` are Istio's, `listeners` the Gateway API's. */
export interface Gateway extends Named {
  readonly spec: {
    readonly selector?: Readonly<Record<string, string>>;
    readonly servers?: readonly { readonly port: { readonly number: number }; readonly hosts: readonly string[] }[];
    readonly gatewayClassName?: string;
    readonly listeners?: readonly { readonly name: string; readonly port: number; readonly hostname?: string }[];
  };
}

/** What the checks of the public side know of a cluster. What the settings have no use for is not asked, and empty. */
export interface PublicFacts {
  /** Issuers of the configured kind; of an `Issuer`, those of its namespace. */
  readonly issuers: Reading<readonly Conditioned[]>;
  /** The GatewayClasses or IngressClasses. */
  readonly classes: Reading<readonly Conditioned[]>;
  /** Plural names that the Gateway API serves in `v1`; empty when it is not there. */
  readonly gatewayApi: Reading<readonly string[]>;
  /** Version of the Gateway API's definitions as they say it themselves, as in `v1.5.1`; undefined when they do not. */
  readonly bundle: Reading<string | undefined>;
  /** Gateways of every namespace: Istio's with `istio`, the Gateway API's with `gateway-api`. */
  readonly gateways: Reading<readonly Gateway[]>;
}
