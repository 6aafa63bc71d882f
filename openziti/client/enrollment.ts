import { dataOf, toApiError } from "./envelope";
import { UnreachableError } from "./errors";
import { askFirst } from "./members";
import { type Endpoint, Transport } from "./transport";

const clientApi = "/edge/client/v1";
const managementSuffix = "-mgmt";
const clientSuffix = "-client";
const never = new AbortController().signal;

/**
 * Trades the one-time token (JWT) of an identity for a certificate chain (PEM), with a request (PEM) for the identity's
 * key. `endpoints` are those of the management API; any controller of a cluster certifies for all, so the first that
 * answers does. Errors are those of the client.
 */
export async function enroll(endpoints: readonly Endpoint[], jwt: string, request: string): Promise<string> {
  const { issuer, token } = readToken(jwt);
  const body = { token, clientCsr: request };
  return askFirst(enrollmentEndpoints(endpoints, issuer), (endpoint) => enrollAt(endpoint, body));
}

async function enrollAt(endpoint: Endpoint, body: object): Promise<string> {
  const transport = new Transport(endpoint);
  try {
    const answer = await transport.send({ method: "POST", base: clientApi, path: "/enroll/ott", body }, never);
    const operation = "Enrolling the new identity";
    if (answer.status !== 200) throw toApiError(operation, answer);
    return dataOf<{ cert: string }>(operation, answer).cert;
  } catch (error) {
    throw error instanceof UnreachableError ? unreachable(transport.address, error) : error;
  } finally {
    transport.close();
  }
}

function readToken(jwt: string): { readonly issuer: string; readonly token: string } {
  const [, claims = ""] = jwt.split(".");
  const { iss, jti } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as { iss: string; jti: string };
  return { issuer: iss, token: jti };
}

// Enrolling is part of the client API, which a controller with split listeners serves at another address: behind a
// port-forward at a Service of its own, else where the token says. Whoever enrolls shows no certificate yet.
function enrollmentEndpoints(endpoints: readonly Endpoint[], issuer: string): readonly Endpoint[] {
  const forwarded = endpoints.filter(({ portForward }) => portForward !== undefined);
  if (forwarded.length === 0) return endpoints.slice(0, 1).map(({ ca }) => ({ ca, url: new URL(issuer).origin }));
  return forwarded.map(({ ca, url: managementUrl, portForward, hasPeers }) => {
    const port = Number(new URL(issuer).port || 443);
    const url = new URL(managementUrl);
    const [label = "", ...rest] = url.hostname.split(".");
    url.hostname = [toClientName(label), ...rest].join(".");
    url.port = String(port);
    const service = portForward && toClientName(portForward.service);
    return {
      ca,
      url: url.origin,
      hasPeers,
      portForward: portForward && { ...portForward, service: service ?? "", port },
    };
  });
}

// The chart calls the Services of both listeners after the controller.
function toClientName(name: string): string {
  return name.endsWith(managementSuffix) ? name.slice(0, -managementSuffix.length) + clientSuffix : name;
}

function unreachable(address: string, { code }: UnreachableError): UnreachableError {
  const text =
    `The client API of the OpenZiti controller at ${address} cannot be reached (${code}), and certificates are issued ` +
    `there. Its address stands in the controller's tokens: make it reachable from here, or go through the Kubernetes ` +
    `API server (controller.reach: portForward).`;
  return new UnreachableError(address, code, text);
}
