import { becauseAnnotation, type Manifest } from "./manifest";
import { serviceOf, type Model } from "../model/model";

const because = "Everything done to the overlay at run time is seen in one place, with who did it.";

/**
 * What Istio writes down about Ziti Management: an access log line per call and, in the count of requests, the RPC as
 * the label `rpc`. The caller's SPIFFE id is in both.
 */
export function renderOperationsLog(model: Model): Manifest {
  const { selector } = serviceOf(model, "ziti-management");
  // A label per path is affordable here, where paths are RPCs; on a web server it would not be.
  const byRpc = {
    match: { metric: "REQUEST_COUNT", mode: "SERVER" },
    tagOverrides: { rpc: { value: "request.url_path" } },
  };
  return {
    apiVersion: "telemetry.istio.io/v1",
    kind: "Telemetry",
    metadata: {
      name: "ziti-management-operations",
      namespace: model.options.namespaces.platform,
      annotations: { [becauseAnnotation]: because },
    },
    spec: {
      selector: { matchLabels: selector },
      accessLogging: [{ match: { mode: "SERVER" }, providers: [{ name: "envoy" }] }],
      metrics: [{ providers: [{ name: "prometheus" }], overrides: [byRpc] }],
    },
  };
}
