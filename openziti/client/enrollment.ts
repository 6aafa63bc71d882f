import { dataOf, toApiError } from "./envelope";
import { UnreachableError } from "./errors";
import { type Endpoint, Transport } from "./transport";

const clientApi = "/edge/client/v1";
const managementService = "ziti-controller-mgmt";
const clientService = "ziti-controller-client";
const never = new AbortController().signal;

/**
 * Trades the one-time token (JWT) of an identity for a certificate chain (PEM), with a request (PEM) for the identity's
 * key. `endpoint` is that of the management API. Errors are those of the client.
 */
export async function enroll(endpoint: Endpoint, jwt: string, request: string): Promise<string> {
  const { issuer, token } = readToken(jwt);
  const transport = new Transport(enrollmentEndpoint(endpoint, issuer));
  try {
    const body = { token, clientCsr: request };
    const answer = await transport.send({ method: "POST", base: clientApi, path: "/enroll/ott", body }, never);
    const operation = "Enrolling the new identity";
    if (answer.status !== 200) throw toApiError(operation, answer);
    return dataOf<{ cert: string }>(operation, answer).cert;
  } catch (error) {
    throw error instanceof UnreachableError ? unreachable(transport.address, error.code) : error;
  } finally {
    transport.close();
  }
}

function readToken(jwt: string): { readonly issuer: string; readonly token: string } {
  const [, claims = ""] = jwt.split(".");
  const { iss, jti } = JSON.parse(Buffer.from(claims, "base64url").toString("utf8")) as { iss: string; jti: string };
  return { issuer: iss, token: jti };
}

// Enrolling is part of the client API, which a controller with split listeners serves at another address. Whoever enrolls
// shows no certificate yet.
function enrollmentEndpoint({ ca, url: managementUrl, portForward }: Endpoint, issuer: string): Endpoint {
  if (portForward === undefined) return { ca, url: new URL(issuer).origin };
  const port = Number(new URL(issuer).port || 443);
  const url = new URL(managementUrl.replace(managementService, clientService));
  url.port = String(port);
  return { ca, url: url.origin, portForward: { ...portForward, service: clientService, port } };
}

function unreachable(address: string, code: string): UnreachableError {
  const text =
    `The client API of the OpenZiti controller at ${address} cannot be reached (${code}), and certificates are issued ` +
    `there. Its address stands in the controller's tokens: make it reachable from here, or go through the Kubernetes ` +
    `API server (controller.reach: portForward).`;
  return new UnreachableError(address, code, text);
}
