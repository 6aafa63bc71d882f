import type { KeyPair } from "../mesh/certificates";
import type { AnyObject } from "./api-server";

const portName = "main";

/** A Service and the address of its one pod, on loopback. */
export function toServiceAt(name: string, namespace: string, port: number, address: string): readonly AnyObject[] {
  const metadata = { name, namespace };
  const labels = { "kubernetes.io/service-name": name };
  const service = { apiVersion: "v1", kind: "Service", metadata, spec: { ports: [{ name: portName, port }] } };
  const endpoints = {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...metadata, labels },
    // Kubernetes takes no address of loopback for one of a pod. As a name it does.
    addressType: "FQDN",
    ports: [{ name: portName, port }],
    endpoints: [{ addresses: [address], conditions: { ready: true } }],
  };
  return [service, endpoints];
}

/** A Secret as cert-manager fills it. */
export function toTlsSecret(name: string, namespace: string, { certificate, key }: KeyPair): AnyObject {
  const stringData = { "tls.crt": certificate, "tls.key": key };
  const secret = { apiVersion: "v1", kind: "Secret", type: "kubernetes.io/tls", metadata: { name, namespace } };
  return { ...secret, stringData } as AnyObject;
}
