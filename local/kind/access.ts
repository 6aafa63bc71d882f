import { parse } from "yaml";
import type { ClientAccess } from "../platform/kubeconfig";
import { KindError } from "./kind-error";

interface Kubeconfig {
  readonly clusters?: readonly {
    readonly cluster?: { readonly server?: string; readonly "certificate-authority-data"?: string };
  }[];
  readonly users?: readonly {
    readonly user?: {
      readonly token?: string;
      readonly "client-certificate-data"?: string;
      readonly "client-key-data"?: string;
    };
  }[];
}

const decoded = (text: string): string => Buffer.from(text, "base64").toString("utf8");

/**
 * How the cluster of a kubeconfig with one context is reached, as kind writes it: everything in it, no paths. Throws
 * KindError when it is not of that form; its content is not repeated.
 */
export function toAccess(kubeconfig: string): ClientAccess {
  const { clusters, users } = (parse(kubeconfig) ?? {}) as Kubeconfig;
  const cluster = clusters?.[0]?.cluster;
  const user = users?.[0]?.user;
  const [url, authority] = [cluster?.server, cluster?.["certificate-authority-data"]];
  const [certificate, key] = [user?.["client-certificate-data"], user?.["client-key-data"]];
  const client = certificate && key ? { certificate: decoded(certificate), key: decoded(key) } : undefined;
  if (!url || !authority || (!client && !user?.token)) {
    throw new KindError(
      "the kubeconfig of kind has no server, authority or credentials: kind get kubeconfig --name agyn",
    );
  }
  return { url, authority: decoded(authority), token: user?.token, client };
}
