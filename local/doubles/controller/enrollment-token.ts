import { KeyObject, sign } from "node:crypto";

/** What an enrollment token says. Times are in seconds since 1970. */
interface EnrollmentClaims {
  iss: string;
  sub: string;
  jti: string;
  exp: number;
  em: string;
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

/** The claims as a signed JWT: ES256 with an EC key, RS256 with an RSA key. */
export function toJwt(key: KeyObject, claims: EnrollmentClaims): string {
  const alg = key.asymmetricKeyType === "ec" ? "ES256" : "RS256";
  const content = `${encode({ alg, typ: "JWT" })}.${encode({ ...claims, aud: [""] })}`;
  const signature = sign("sha256", Buffer.from(content), { key, dsaEncoding: "ieee-p1363" });
  return `${content}.${signature.toString("base64url")}`;
}
