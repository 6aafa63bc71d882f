import { existsSync, readFileSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { startChild, type Child } from "./child";
import { loopback } from "./istiod";

/** Who a proxy is towards istiod. */
export interface ProxyIdentity {
  readonly kind: "sidecar" | "router";
  readonly name: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly address: string;
}

/** Where a proxy gets its configuration and its certificates from, on loopback. */
export interface ControlPorts {
  readonly istiod: number;
  readonly secrets: number;
}

/** The id by which istiod and the secret discovery service know the proxy. */
export function nodeId({ kind, name, namespace, address }: ProxyIdentity): string {
  return `${kind}~${address}~${name}.${namespace}~${namespace}.svc.cluster.local`;
}

function toCluster(name: string, port: number): object {
  const address = { socket_address: { address: loopback, port_value: port } };
  return {
    name,
    type: "STATIC",
    connect_timeout: "5s",
    typed_extension_protocol_options: {
      "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        explicit_http_config: { http2_protocol_options: {} },
      },
    },
    load_assignment: {
      cluster_name: name,
      endpoints: [{ lb_endpoints: [{ endpoint: { address } }] }],
    },
  };
}

// The names of the two clusters are istiod's: what it sends refers to them.
function renderBootstrap(identity: ProxyIdentity, ports: ControlPorts): object {
  const { name, namespace, serviceAccount, labels, address } = identity;
  const ads = { ads: {}, initial_fetch_timeout: "0s", resource_api_version: "V3" };
  return {
    node: {
      id: nodeId(identity),
      cluster: `${name}.${namespace}`,
      metadata: {
        CLUSTER_ID: "Kubernetes",
        INSTANCE_IPS: address,
        INTERCEPTION_MODE: "REDIRECT",
        ISTIO_VERSION: "1.31.0",
        LABELS: labels,
        NAME: name,
        NAMESPACE: namespace,
        SERVICE_ACCOUNT: serviceAccount,
      },
    },
    admin: { address: { socket_address: { address: loopback, port_value: 0 } } },
    dynamic_resources: {
      ads_config: {
        api_type: "GRPC",
        transport_api_version: "V3",
        set_node_on_first_message_only: true,
        grpc_services: [{ envoy_grpc: { cluster_name: "xds-grpc" } }],
      },
      cds_config: ads,
      lds_config: ads,
    },
    static_resources: { clusters: [toCluster("xds-grpc", ports.istiod), toCluster("sds-grpc", ports.secrets)] },
  };
}

/** An Envoy and the way to see what it serves. */
export interface Proxy {
  readonly child: Child;
  /** Waits until it is live and has the listener. */
  waitFor(listener: string): Promise<void>;
}

/** Starts Envoy as the proxy of a workload. */
export function startProxy(envoy: string, folder: string, identity: ProxyIdentity, ports: ControlPorts): Proxy {
  const file = (suffix: string) => path.join(folder, `${identity.kind}-${identity.name}.${suffix}`);
  writeFileSync(file("json"), JSON.stringify(renderBootstrap(identity, ports)));
  const args = ["--concurrency", "1", "--log-level", "error", "--disable-hot-restart", "--drain-time-s", "1"];
  const child = startChild(
    envoy,
    ["-c", file("json"), "--admin-address-path", file("admin"), "--file-flush-interval-msec", "100", ...args],
    file("log"),
  );
  return { child, waitFor: (listener) => child.waitUntilReady(() => whyNotReady(file("admin"), listener)) };
}

async function whyNotReady(adminFile: string, listener: string): Promise<string | undefined> {
  if (!existsSync(adminFile)) return "no admin interface yet";
  const admin = `http://${readFileSync(adminFile, "utf8").trim()}`;
  try {
    const ready = await fetch(`${admin}/ready`);
    if (!ready.ok) return `it is ${(await ready.text()).trim()}`;
    const listeners = await (await fetch(`${admin}/listeners`)).text();
    return listeners.includes(`${listener}::`) ? undefined : `no listener ${listener}, but: ${listeners}`;
  } catch (error) {
    return `its admin interface does not answer: ${(error as Error).message}`;
  }
}
