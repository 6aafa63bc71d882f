import type { Model } from "../../../access/model/model";
import { certificateNamespace } from "../../../access/model/certificate-namespace";
import { renderCertificates } from "../../../access/render/certificates";
import type { Authority, KeyPair } from "../mesh/certificates";

/** A certificate of public hosts, and the Secret in which it is expected. */
export interface PublicCertificate {
  readonly secret: string;
  readonly namespace: string;
  readonly pair: KeyPair;
}

/** Issues what our Certificates ask for, in cert-manager's place. */
export function issuePublicCertificates(model: Model, authority: Authority): Promise<readonly PublicCertificate[]> {
  const namespace = certificateNamespace(model);
  return Promise.all(
    renderCertificates(model).map(async ({ spec }) => {
      const { secretName: secret, dnsNames } = spec as { readonly secretName: string; readonly dnsNames: string[] };
      return { secret, namespace, pair: await authority.issueServer(dnsNames) };
    }),
  );
}
