import { X509Certificate } from "node:crypto";

const dayMs = 86_400_000;
const longestLeadMs = 30 * dayMs;

/**
 * True when a certificate (PEM) should be made anew: it is gone (an empty text), or the last third of its life has begun,
 * of a long life the last thirty days. `now` in milliseconds since 1970.
 */
export function isRenewalDue(certPem: string, now: number): boolean {
  if (certPem === "") return true;
  const { validFrom, validTo } = new X509Certificate(certPem);
  const [from, to] = [Date.parse(validFrom), Date.parse(validTo)];
  return now >= to - Math.min(longestLeadMs, (to - from) / 3);
}
