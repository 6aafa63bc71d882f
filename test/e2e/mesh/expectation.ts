import type { Manifest } from "../../../access/render/manifest";
import type { Model } from "../../../access/model/model";
import { decide, type Verdict } from "../../support/istio-evaluator";
import { identityHeaders, type MeshCase } from "./cases";
import { serviceHost } from "./workloads";

/** What the evaluator says of a request: mutual TLS first, then the policies. */
export function expectVerdict(policies: readonly Manifest[], { options }: Model, request: MeshCase): Verdict {
  const { callee, caller, port, method, path } = request;
  const { namespaces, mesh } = options;
  // TLS without a certificate is neither of the two that the evaluator knows, and not what PERMISSIVE permits.
  if (!caller.plaintext && caller.principal === undefined) return "refused";
  return decide(
    { policies, rootNamespace: namespaces.mesh, trustDomain: mesh.trustDomain },
    {
      namespace: callee.namespace,
      labels: callee.labels,
      principal: caller.plaintext ? undefined : caller.principal,
      foreignAuthority: caller.signedBy === "stranger",
      port,
      ...(path !== undefined && { method, path, host: `${serviceHost(callee)}:${port}` }),
      headers: identityHeaders(request),
    },
  );
}
