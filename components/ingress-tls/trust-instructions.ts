/** Where the certificate authority is that clients have to trust. */
interface AuthoritySecret {
  readonly namespace: string;
  readonly name: string;
}

const file = "agyn-ca.crt";

/**
 * How a person makes their machine trust the bootstrap certificate authority, commands by system. The program runs none
 * of them. `read` comes first: it takes the certificate out of the cluster, and leaves its key there.
 */
export function trustInstructions({ namespace, name }: AuthoritySecret): Readonly<Record<string, readonly string[]>> {
  return {
    read: [`kubectl get secret -n ${namespace} ${name} -o jsonpath='{.data.tls\\.crt}' | base64 -d > ${file}`],
    macos: [`sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${file}`],
    debian: [`sudo cp ${file} /usr/local/share/ca-certificates/${file}`, "sudo update-ca-certificates"],
    fedora: [`sudo cp ${file} /etc/pki/ca-trust/source/anchors/${file}`, "sudo update-ca-trust"],
    windows: [`Import-Certificate -FilePath ${file} -CertStoreLocation Cert:\\LocalMachine\\Root`],
    chromeOnLinux: [`certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n agyn -i ${file}`],
    node: [`export NODE_EXTRA_CA_CERTS=$PWD/${file}`],
    curl: [`curl --cacert ${file} https://…`],
  };
}
