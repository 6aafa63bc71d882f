import * as assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import * as path from "node:path";
import { renderCertificates } from "../../../access/render/certificates";
import { bootstrapIssuerManifests } from "../../../components/ingress-tls/bootstrap-issuer";
import { optionsWith } from "../../access/options";
import { modelFor } from "../../access/render/public-providers";
import { startChild, type Child } from "../mesh/child";
import { createTemporaryFolder, type TemporaryFolder } from "../mesh/leftovers";
import { ApiServer } from "./api-server";
import { tryFindCertManager } from "./engines";

const issuer = { name: "agyn-bootstrap-ca", kind: "ClusterIssuer" } as const;
const model = modelFor("istio", { tls: { ...optionsWith().ingress.tls, issuer } });
const authorityPath = `/api/v1/namespaces/cert-manager/secrets/${issuer.name}`;
const secretPath = "/api/v1/namespaces/ingress/secrets/agyn-public-hosts-tls";

interface TlsSecret {
  readonly metadata: { readonly uid: string };
  readonly data: Readonly<Record<"tls.crt" | "ca.crt", string>>;
}

const certificateIn = ({ data }: TlsSecret) => new X509Certificate(Buffer.from(data["tls.crt"], "base64"));

const publicKeyOf = (secret: TlsSecret) => certificateIn(secret).publicKey.export({ type: "spki", format: "pem" });

describe("cert-manager's controller", () => {
  let server: ApiServer | undefined;
  let folder: TemporaryFolder | undefined;
  let controller: Child | undefined;

  const issued = async (at: string, other?: string): Promise<TlsSecret> => {
    let found: TlsSecret | undefined;
    await controller!.waitUntilReady(async () => {
      found = await server!.api.tryGet<TlsSecret>(at);
      if (found === undefined || found.metadata.uid === other) return `no Secret at ${at}`;
      return found.data["tls.crt"] ? undefined : `${at} is empty`;
    });
    return found as TlsSecret;
  };

  before("cert-manager-controller, etcd or kube-apiserver not found", async function () {
    const binary = await tryFindCertManager();
    server = binary === undefined ? undefined : await ApiServer.tryStart();
    if (binary === undefined || server === undefined) this.skip();
    await server.createNamespaces("cert-manager", "ingress");
    folder = createTemporaryFolder("agyn-cert-manager-");
    controller = startChild(
      binary,
      [
        `--kubeconfig=${server.kubeconfig}`,
        "--leader-elect=false",
        "--cluster-resource-namespace=cert-manager",
        "--metrics-listen-address=127.0.0.1:0",
      ],
      path.join(folder.path, "log"),
    );
    const args = { certManagerNamespace: "cert-manager", awaitConditions: true };
    await server.put(...bootstrapIssuerManifests({ ...args, name: issuer.name }), ...renderCertificates(model));
  });
  after(async () => {
    await controller?.stop();
    folder?.remove();
    await server?.stop();
  });

  it("issues the certificate of the public hosts from the bootstrap authority", async () => {
    const authority = certificateIn(await issued(authorityPath));
    const leaf = certificateIn(await issued(secretPath));
    assert.equal(authority.subject, "CN=Agyn bootstrap CA");
    assert.ok(leaf.checkIssued(authority) && leaf.verify(authority.publicKey));
    assert.equal(leaf.subjectAltName, "DNS:agyn.test, DNS:*.agyn.test");
    for (const { host } of model.exposures) assert.ok(leaf.checkHost(host), host);
  });

  it("reports the certificate ready, and when it ends", async () => {
    const certificate = "/apis/cert-manager.io/v1/namespaces/ingress/certificates/agyn-public-hosts";
    await server!.api.waitForCondition(certificate, "Ready", 60);
    const { status } = (await server!.api.tryGet<{ status: { notAfter: string } }>(certificate)) ?? {};
    assert.equal(
      new Date(status?.notAfter ?? 0).getTime(),
      new Date(certificateIn(await issued(secretPath)).validTo).getTime(),
    );
  });

  it("makes a deleted Secret anew, with another key, from the same authority", async () => {
    const [authority, before] = [await issued(authorityPath), await issued(secretPath)];
    await server!.delete(secretPath);
    const renewed = await issued(secretPath, before.metadata.uid);
    assert.notEqual(publicKeyOf(renewed), publicKeyOf(before));
    assert.ok(certificateIn(renewed).verify(certificateIn(authority).publicKey));
    assert.equal((await issued(authorityPath)).metadata.uid, authority.metadata.uid);
  });
});
