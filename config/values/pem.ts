import { X509Certificate } from "node:crypto";
import { content, refuse, type ValueType } from "./value-type";

const block = /-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g;
const certificateLabel = "CERTIFICATE";
const pem = content("PEM");

/** The labels of the PEM blocks in a text, in order: ["CERTIFICATE", "EC PRIVATE KEY"]. */
export function pemLabels(text: string): readonly string[] {
  return [...text.matchAll(block)].map((match) => match[1] ?? "");
}

/** The PEM blocks of a text in words that reveal nothing: "PEM, 2 × CERTIFICATE". */
export function describePem(text: string): string {
  const labels = pemLabels(text);
  const counts = [...new Set(labels)].map((label) => `${labels.filter((other) => other === label).length} × ${label}`);
  return `PEM, ${counts.join(", ") || "incomplete"}`;
}

/** The certificates of a bundle in order. Throws when one cannot be read: call it on values of type `certificates`. */
export function parseCertificates(bundle: string): readonly X509Certificate[] {
  return [...bundle.matchAll(block)].map((match) => new X509Certificate(match[0]));
}

/** One PEM certificate or more. */
export const certificates: ValueType<string> = {
  allowed: "PEM: one CERTIFICATE block or more",
  read(given) {
    const reading = pem.read(given);
    if ("faults" in reading) return reading;
    const fault = certificatesFault(reading.value);
    return fault === undefined ? reading : refuse(fault);
  },
};

function certificatesFault(bundle: string): string | undefined {
  const labels = pemLabels(bundle);
  if (labels.length === 0) return "contains no PEM block";
  const foreign = labels.find((label) => label !== certificateLabel);
  if (foreign !== undefined) return `contains a block ${foreign}, only certificates belong here`;
  try {
    parseCertificates(bundle);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return "contains a certificate that cannot be decoded";
    throw error;
  }
}

/** One unencrypted PEM private key. */
export const privateKey: ValueType<string> = {
  allowed: "PEM: one PRIVATE KEY block, unencrypted",
  read(given) {
    const reading = pem.read(given);
    if ("faults" in reading) return reading;
    const labels = pemLabels(reading.value).filter((label) => label !== "EC PARAMETERS");
    const [label] = labels;
    if (labels.length !== 1 || !label?.endsWith("PRIVATE KEY")) return refuse("is not one PEM private key");
    return label.startsWith("ENCRYPTED") ? refuse("is protected by a passphrase") : reading;
  },
};
