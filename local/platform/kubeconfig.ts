import { stringify } from "yaml";

/** What a client needs to reach an API server, and who it is: by a token, a certificate, or both. */
export interface ClientAccess {
  readonly url: string;
  /** PEM of the authority. */
  readonly authority: string;
  readonly token?: string;
  /** PEM of a certificate and key to present. */
  readonly client?: { readonly certificate: string; readonly key: string };
}

/** What a client needs to reach an API server of this machine. */
export interface ApiAccess extends ClientAccess {
  readonly token: string;
}

/** The name of cluster, user and context in a platform's kubeconfig. */
const contextName = "agyn-local";

/** The kubeconfig of a platform, complete in itself (no paths), with one context. */
export function renderKubeconfig(access: ApiAccess): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    "current-context": contextName,
    clusters: [
      {
        name: contextName,
        cluster: {
          server: access.url,
          "certificate-authority-data": Buffer.from(access.authority).toString("base64"),
        },
      },
    ],
    users: [{ name: contextName, user: { token: access.token } }],
    contexts: [{ name: contextName, context: { cluster: contextName, user: contextName } }],
  });
}
