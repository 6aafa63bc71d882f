import { X509Certificate } from "node:crypto";
import { unknown, Value } from "../values";
import type { Problem } from "./kind";

/** The certificate in a PEM text, or undefined when it is none. */
export function tryReadCertificate(pem: string): X509Certificate | undefined {
  try {
    return new X509Certificate(pem);
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined; // Node.js reports an unusable text by throwing
    throw error;
  }
}

/** Problems of a field that holds one PEM certificate. An empty or unknown value passes. */
export function pemProblems(path: string): (value: Value) => readonly Problem[] {
  return (value) => {
    if (value === "" || value === unknown) return [];
    const isCertificate = typeof value === "string" && tryReadCertificate(value) !== undefined;
    return isCertificate ? [] : [{ path, reason: "must be a PEM certificate" }];
  };
}
