import type { ControllerSettings } from "./settings";
import { parseCertificates } from "./values/pem";

/** How long the stack's credential for the controller lives. Never holds the credential. */
export interface CredentialLife {
  /** `generated`: the administrator of a controller that the program installs. */
  readonly kind: "certificate" | "password" | "generated";
  /** When the first certificate of its chain expires (RFC 3339); absent for passwords, which do not. */
  readonly notAfter?: string;
  /** Whole days until then. */
  readonly daysLeft?: number;
}

const day = 86_400_000;
/** Days before its end from which a certificate is worth a warning. */
const warningDays = 30;

/** How long the configured credential lives, seen from `now`. Expired ones were refused when settings were read. */
export function credentialLife({ cert, username }: ControllerSettings, now: Date): CredentialLife {
  if (cert === undefined) return { kind: username === undefined ? "generated" : "password" };
  const end = firstEnd(cert);
  return { kind: "certificate", notAfter: new Date(end).toISOString(), daysLeft: daysUntil(end, now) };
}

/** What is about to expire, a sentence each with what to do about it. */
export function expiryWarnings({ cert, ca }: ControllerSettings, now: Date, stack: string): readonly string[] {
  return [
    ...soon("controller.cert", cert, now).map((text) => `${text} Replace it: agyn-net rotate --stack ${stack}`),
    ...soon("controller.ca", ca, now).map(
      (text) => `${text} Add the controller's next authority to the bundle before it changes over.`,
    ),
  ];
}

function soon(key: string, bundle: string | undefined, now: Date): string[] {
  if (bundle === undefined) return [];
  const days = daysUntil(firstEnd(bundle), now);
  return days < warningDays ? [`${key} expires in ${days} ${days === 1 ? "day" : "days"}.`] : [];
}

function firstEnd(bundle: string): number {
  return Math.min(...parseCertificates(bundle).map(({ validTo }) => Date.parse(validTo)));
}

function daysUntil(end: number, now: Date): number {
  return Math.floor((end - now.getTime()) / day);
}
