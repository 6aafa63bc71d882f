import type { Check } from "./finding";

/** A message that people meet, and what is behind it. */
export interface Entry {
  readonly id: string;
  /** The text as it is met. */
  readonly message: string;
  readonly pattern: RegExp;
  /** Who says it. */
  readonly source: string;
  readonly means: string;
  /** Checks of `verify` that find the cause. */
  readonly checks: readonly Check[];
  readonly fix: string;
}

/** The famous messages. The first entry that matches a line explains it. */
export const messages: readonly Entry[] = [
  {
    id: "zero-addresses",
    message: "name resolver error: produced zero addresses",
    pattern: /produced zero addresses/i,
    source: "a gRPC client",
    means:
      "The name of the Service resolves to nothing: it does not exist in that namespace, or no ready pod is behind it.",
    checks: ["backends", "accounts"],
    fix: "kubectl -n <platform> get endpointslices -l kubernetes.io/service-name=<service>; then look at the pods' events.",
  },
  {
    id: "service-not-found",
    message: "service not found in ziti network",
    pattern: /service (\S+ )?not found|no such service|SERVICE_NOT_FOUND/i,
    source: "an OpenZiti client",
    means:
      "The controller hides what an identity may not dial. The service is missing, or no Dial policy names a role of this identity.",
    checks: ["overlay"],
    fix: "ziti edge policy-advisor identities <identity> <service>; a missing policy comes back with `pulumi up --refresh`, a missing role with Ziti Management.",
  },
  {
    id: "no-edge-routers",
    message: "NO_EDGE_ROUTERS_AVAILABLE",
    pattern: /NO_EDGE_ROUTERS?_AVAILABLE|no edge routers? available/i,
    source: "an OpenZiti client",
    means:
      "No online router is granted to both the identity and the service: a router grant is missing, or every router is offline.",
    checks: ["routers", "overlay"],
    fix: "pulumi up --refresh makes the grants anew; kubectl -n <overlay> logs -l app.kubernetes.io/name=ziti-router tells why a router is offline.",
  },
  {
    id: "overlay-name-unknown",
    message: "lookup ziti.agyn.localhost: no such host",
    pattern: /lookup \S*ziti\S*( on \S+)?: (no such host|server misbehaving)/i,
    source: "an OpenZiti router or client in a pod",
    means: "The controller's or router's public name leads nowhere inside of the cluster, so nothing there can enroll.",
    checks: ["routers"],
    fix: "pulumi config set --path agyn-networking:overlay.clusterDns auto, then pulumi up; where it is `external`, add the lines of `pulumi stack output clusterDnsLines` to the cluster's DNS.",
  },
  {
    id: "control-plane-name",
    message: "x509: certificate is valid for localhost, not ziti-controller-client.ziti.svc",
    pattern: /certificate is valid for .*, not ziti-\S+/i,
    source: "an OpenZiti router or node",
    means:
      "What it dials is not in the certificate of the control plane: an earlier version of the program left it out.",
    checks: ["routers"],
    fix: "pulumi up; then kubectl -n <overlay> rollout restart deployment, once the Certificate ziti-controller-ctrl-plane-identity is Ready.",
  },
  {
    id: "no-terminators",
    message: "service has no terminators",
    pattern: /no (valid )?terminators|has no terminators|NO_TERMINATORS/i,
    source: "an OpenZiti client",
    means: "Nobody hosts the service: its pods do not run, did not get an identity, or may not bind.",
    checks: ["terminators"],
    fix: "kubectl -n <platform> rollout restart deployment <service>; its log says why it could not bind.",
  },
  {
    id: "rbac-denied",
    message: "RBAC: access denied",
    pattern: /RBAC: access denied|rbac_access_denied/i,
    source: "Istio (HTTP 403, gRPC PERMISSION_DENIED)",
    means:
      "The callee's policy does not allow this caller this RPC. The caller runs as another ServiceAccount, has no sidecar, or the RPC is not for it.",
    checks: ["policies", "accounts", "sidecars"],
    fix: "agyn-net verify names accounts and policies that differ; a caller of your own belongs into mesh.extraCallers.",
  },
  {
    id: "plaintext-refused",
    message: "connection reset by peer (upstream connect error or disconnect/reset before headers)",
    pattern: /upstream connect error|reset before headers|connection reset by peer/i,
    source: "a client or a proxy without the mesh's certificate",
    means: "STRICT mutual TLS refused a plaintext connection: one of the two pods has no sidecar.",
    checks: ["sidecars", "strict"],
    fix: "Restart pods that are older than the injection label; an ingress outside the mesh needs an entry in mesh.exceptions.",
  },
  {
    id: "bare-404",
    message: "404 without a body and without CORS headers, now and then",
    pattern: /\b404\b(?!.*"message")|No 'Access-Control-Allow-Origin' header/i,
    source: "a browser, on a public host",
    means:
      "The request reached a listener that does not know the host: two routes claim it, or a browser reused an HTTP/2 connection because one wildcard certificate is served by two listeners.",
    checks: ["routes", "tls"],
    fix: "Serve every host of a wildcard certificate from one listener, or set ingress.tls.mode to perHost.",
  },
  {
    id: "invalid-auth",
    message: "INVALID_AUTH",
    pattern: /INVALID_AUTH/,
    source: "the OpenZiti controller",
    means:
      "The controller does not accept the credential: the password was made anew, or the certificate is not enrolled, was revoked, or expired. Repeating it may lock the account.",
    checks: ["overlay"],
    fix: "Compare controller.cert (or username and password) with the controller's identity; then `pulumi up` brings the Secret up to date.",
  },
  {
    id: "dns-refused",
    message: "getaddrinfo EREFUSED (queryA EREFUSED)",
    pattern: /EREFUSED/,
    source: "Node.js in an agent's pod (curl works there)",
    means:
      "The tunneller's resolver answers the overlay's names only and refuses all others: it has no upstream. curl asks the next resolver, Node.js does not.",
    checks: ["names"],
    fix: "Give the tunneller the cluster's DNS as its upstream (--dnsUpstream udp://<address of kube-dns>:53).",
  },
  {
    id: "name-not-found",
    message: "getaddrinfo ENOTFOUND",
    pattern: /ENOTFOUND|NXDOMAIN|no such host/i,
    source: "any client",
    means:
      "The name has no record: public names need one each (hosts files have no wildcards), overlay names exist only behind a tunneller.",
    checks: ["names"],
    fix: "agyn-net verify lists the names that public DNS lacks.",
  },
  {
    id: "expired-certificate",
    message: "certificate has expired",
    pattern: /certificate has expired|CERT_HAS_EXPIRED|ERR_CERT_DATE_INVALID/i,
    source: "any TLS client",
    means: "cert-manager did not renew the certificate, or the gateway still serves the old one.",
    checks: ["certificates", "tls"],
    fix: "kubectl -n <ingress> describe certificate,certificaterequest,order,challenge",
  },
  {
    id: "namespace-terminating",
    message: "unable to create new content in namespace because it is being terminated",
    pattern: /because it is being terminated/i,
    source: "the API server, in `pulumi up`",
    means:
      "The namespace is still being deleted, by an earlier destroy for example, and takes nothing until it is gone.",
    checks: ["pods", "namespaces"],
    fix: "kubectl get namespace <name> -o jsonpath='{.status.conditions}' tells what holds it; then run `pulumi up` again.",
  },
  {
    id: "release-interrupted",
    message: "release has been uninstalled due to atomic being set: context canceled",
    pattern: /due to atomic being set: context canceled/i,
    source: "Helm, in a `pulumi up` that was interrupted",
    means: "Helm took back the release that the run was installing when it was interrupted.",
    checks: ["pods"],
    fix: "pulumi up installs it again.",
  },
  {
    id: "update-interrupted",
    message: "update of a resource failed: context canceled",
    pattern: /update of (a )?resource .*failed: .*context canceled|update of resource "[^"]*" failed/i,
    source: "the Kubernetes plugin, in a `pulumi up` that was interrupted",
    means: "The cluster has the change, and Pulumi's state does not: a setting that is taken back seems unchanged.",
    checks: ["pods"],
    fix: "pulumi up --refresh reads what is there, and goes on from it.",
  },
  {
    id: "release-timeout",
    message: "Helm release failed: context deadline exceeded",
    pattern: /timed out waiting for the condition|(helm|release).*context deadline exceeded/i,
    source: "Helm, in `pulumi up`",
    means:
      "Pods of the release were not ready in ten minutes. The warnings above it say why; Helm takes a first installation back.",
    checks: ["pods"],
    fix: "Mend what the warning names, then run `pulumi up` again; `agyn-net verify` says the same while the pods are there.",
  },
  {
    id: "release-name-in-use",
    message: "cannot re-use a name that is still in use",
    pattern: /cannot re-use a name that is still in use/i,
    source: "Helm, in `pulumi up`",
    means:
      "An earlier run was killed while it installed this release, so that Pulumi does not know it; or others installed one of that name.",
    checks: ["pods"],
    fix: "helm -n <namespace> status <release> tells whose it is. Of an own one take Helm's record away, kubectl -n <namespace> delete secret -l owner=helm,name=<release>, and run `pulumi up` again: it takes over what is there.",
  },
  {
    id: "object-exists",
    message: "was not successfully created by the Kubernetes API server: already exists",
    pattern: /not successfully created by the Kubernetes API server: .*already exists|API server: already exists/i,
    source: "the Kubernetes plugin, in `pulumi up`",
    means: "An earlier run was killed after it made the object and before Pulumi wrote it down, or it is another's.",
    checks: ["pods", "namespaces"],
    fix: "Where it is the stack's: pulumi config set --path agyn-networking:kubernetes.adopt true, `pulumi up`, then pulumi config rm --path agyn-networking:kubernetes.adopt.",
  },
  {
    id: "stack-locked",
    message: "the stack is currently locked by 1 lock(s)",
    pattern: /stack is currently locked/i,
    source: "Pulumi",
    means: "Another run works on the stack, or one was killed and left its lock behind.",
    checks: ["pods"],
    fix: "Where no run is left: pulumi cancel, then `pulumi up`; the guide on installing says how a killed run is taken up again.",
  },
  {
    id: "operations-pending",
    message: "Attempting to deploy or update resources with 1 pending operations from previous deployment",
    pattern: /pending operations? from previous deployment/i,
    source: "Pulumi, in `pulumi up`",
    means: "An earlier run was killed. Pulumi does not know whether what it had begun to make is there.",
    checks: ["pods", "namespaces"],
    fix: "pulumi config set --path agyn-networking:kubernetes.adopt true, `pulumi up`, then pulumi config rm --path agyn-networking:kubernetes.adopt.",
  },
  {
    id: "release-pending",
    message: "another operation (install/upgrade/rollback) is in progress",
    pattern: /another operation \(install\/upgrade\/rollback\) is in progress/i,
    source: "Helm, in `pulumi up`",
    means: "An earlier run was cut off while it changed this release, and Helm still waits for that run.",
    checks: ["pods"],
    fix: "helm -n <namespace> history <release>; then helm -n <namespace> rollback <release>, and run `pulumi up` again.",
  },
];

/** The entry that explains a text; undefined when none does. */
export function tryFindEntry(text: string): Entry | undefined {
  return messages.find(({ pattern }) => pattern.test(text));
}

/** Every entry that a line of a log matches, in the order of the first such line, each with that line. */
export function findEntries(
  log: string,
): readonly { readonly entry: Entry; readonly line: string; readonly count: number }[] {
  const found = new Map<string, { entry: Entry; line: string; count: number }>();
  for (const line of log.split("\n")) {
    const entry = tryFindEntry(line);
    if (entry === undefined) continue;
    const known = found.get(entry.id);
    if (known === undefined) found.set(entry.id, { entry, line: line.trim(), count: 1 });
    else known.count += 1;
  }
  return [...found.values()];
}
