import { promises as dns } from "node:dns";
import { isIP } from "node:net";
import * as tls from "node:tls";
import type { Model } from "../../access/model/model";
import type { Reading } from "../../kubernetes/reading";
import { publicNames } from "./checks/reachability";
import type { Handshake, StoredCertificate, VerifyFacts } from "./facts";
import { withinTime } from "./time-limit";

/** From where the installation is looked at, besides the API server. */
export interface Vantage {
  /** Address of the ingress, `<ip>` or `<ip>:<port>`. Default: what DNS says, and `ingress.port`. */
  readonly address?: string;
  /** DNS server to ask, `<ip>` or `<ip>:<port>`. Default: the system's resolver. */
  readonly dns?: string;
  /** What the kubeconfig was chosen by, for a controller behind the API server's port-forward. */
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** Milliseconds for one name, and for one handshake. */
const limit = 5_000;
const absent = new Set(["ENOTFOUND", "ENODATA"]);

/** Looks every public name up, and shakes hands with every browser host. */
export async function readReachability(
  model: Model,
  certificate: Promise<Reading<StoredCertificate | undefined>>,
  vantage: Vantage,
): Promise<Pick<VerifyFacts, "addresses" | "handshakes">> {
  const found = await Promise.all(
    publicNames(model).map(
      async (name) => [name, await withinTime(`DNS for ${name}`, limit, lookUp(name, vantage))] as const,
    ),
  );
  const addresses = new Map<string, Reading<readonly string[]>>(found);
  const stored = await certificate;
  const authority = "value" in stored ? stored.value?.authority : undefined;
  // Made once: reading the hundred and more public authorities takes longer than a handshake.
  const trusted = tls.createSecureContext(authority === undefined ? {} : { ca: [...tls.rootCertificates, authority] });
  const handshakes = await Promise.all(
    model.exposures.map(async ({ host }) => {
      const place = placeOf(addresses.get(host), model.options.ingress.port, vantage);
      const reading =
        place && (await withinTime(`${host} at ${place.host}:${place.port}`, limit, shake(host, place, trusted)));
      return [host, reading ?? { reason: "it has no address to connect to" }] as const;
    }),
  );
  return { addresses, handshakes: new Map<string, Reading<Handshake>>(handshakes) };
}

async function lookUp(name: string, { dns: server }: Vantage): Promise<Reading<readonly string[]>> {
  try {
    if (server === undefined) return { value: (await dns.lookup(name, { all: true })).map(({ address }) => address) };
    const resolver = new dns.Resolver({ timeout: limit / 2, tries: 1 });
    resolver.setServers([server]);
    const answers = await Promise.all([resolver.resolve4(name), resolver.resolve6(name).catch(orNone)]);
    return { value: answers.flat() };
  } catch (error) {
    const code = codeOf(error);
    return absent.has(code) ? { value: [] } : { reason: `DNS did not answer (${code})` };
  }
}

function orNone(error: unknown): readonly string[] {
  if (absent.has(codeOf(error))) return [];
  throw error;
}

function codeOf(error: unknown): string {
  const { code } = error as { readonly code?: unknown };
  return typeof code === "string" ? code : "no code";
}

interface Place {
  readonly host: string;
  readonly port: number;
}

function placeOf(found: Reading<readonly string[]> | undefined, port: number, { address }: Vantage): Place | undefined {
  if (address !== undefined) return parsePlace(address, port);
  const [first] = found !== undefined && "value" in found ? found.value : [];
  return first === undefined ? undefined : { host: first, port };
}

/** Reads `<ip>`, `<ip>:<port>` or `[<ip>]:<port>`; undefined when it is none of them. */
export function parsePlace(text: string, port: number): Place | undefined {
  if (isIP(text) !== 0) return { host: text, port };
  const [, host = "", digits = ""] = /^\[?([^\]]*?)\]?:(\d{1,5})$/.exec(text) ?? [];
  return isIP(host) === 0 ? undefined : { host, port: Number(digits) };
}

// The handshake goes through whatever the certificate is, so that its fault can be told.
function shake(servername: string, place: Place, secureContext: tls.SecureContext): Promise<Reading<Handshake>> {
  return new Promise((resolve) => {
    const socket = tls.connect({ ...place, servername, rejectUnauthorized: false, timeout: limit, secureContext });
    const end = (reading: Reading<Handshake>) => {
      socket.destroy();
      resolve(reading);
    };
    const unreachable = (code: string) => end({ reason: `${place.host}:${place.port} cannot be reached (${code})` });
    socket.once("error", (error) => unreachable(codeOf(error)));
    socket.once("timeout", () => unreachable("ETIMEDOUT"));
    socket.once("secureConnect", () => {
      const { valid_to: validTo, fingerprint256: fingerprint } = socket.getPeerCertificate();
      const { authorized, authorizationError } = socket;
      const distrust = authorized ? undefined : String(authorizationError);
      end({ value: { distrust, notAfter: new Date(validTo).toISOString(), fingerprint } });
    });
  });
}
