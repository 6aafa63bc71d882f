import { text, type ValueType } from "./value-type";

/** The address of a PostgreSQL server, without anything secret. */
export interface DatabaseAddress {
  readonly host: string;
  readonly port: number;
}

const schemes: readonly string[] = ["postgres:", "postgresql:"];
const ownPod = /^(localhost|127\.|\[::1\]$)/;
const defaultPort = 5432;

/** A PostgreSQL URL as clients of libpq's kind take it: one host, a user and a database. */
export const databaseUrl: ValueType<string> = text(
  "postgres://<user>:<password>@<host>[:<port>]/<database>[?<parameters>]",
  (given) => {
    const url = URL.canParse(given) ? new URL(given) : undefined;
    if (url === undefined) return { reason: "is no URL; characters such as @ : / % in a password are percent-encoded" };
    const reasons = [
      ...(schemes.includes(url.protocol) ? [] : ["does not begin with postgres:// or postgresql://"]),
      ...(url.hostname === "" ? ["names no host"] : []),
      ...(ownPod.test(url.hostname) ? ["names the pod of Ziti Management itself"] : []),
      ...(url.username === "" ? ["names no user"] : []),
      ...(/^\/[^/]+$/.test(url.pathname) ? [] : ["names no database"]),
      ...(url.hash === "" ? [] : ["has a fragment: percent-encode # in a password"]),
    ];
    return reasons.length === 0 ? undefined : { reason: reasons.join("; ") };
  },
);

/** Where the server of a database URL is. Call it on values of type `databaseUrl`. */
export function addressOfDatabase(url: string): DatabaseAddress {
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ""), port: port === "" ? defaultPort : Number(port) };
}
