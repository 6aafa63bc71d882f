import { defineKind } from "./kind";
import { pemProblems } from "./pem";

/** An authority of somebody else's. Until its owner proves that he holds its key, the controller does not use it. */
export const certificateAuthority = defineKind({
  name: "CertificateAuthority",
  collection: "cas",
  description: "A third-party authority whose client certificates identities may enroll and log in with.",
  fields: [
    {
      name: "certPem",
      type: "pem",
      required: true,
      replaces: true,
      problems: pemProblems("certPem"),
      description: "Its certificate. Changing it replaces the authority, and cuts off who logs in through it.",
    },
    {
      name: "isAutoCaEnrollmentEnabled",
      type: "boolean",
      default: false,
      description: "Any client certificate of it makes a new identity.",
    },
    {
      name: "isOttCaEnrollmentEnabled",
      type: "boolean",
      default: false,
      description: "Identities with the enrollment `{ottca: <id of this>}` enroll with a certificate of it.",
    },
    { name: "isAuthEnabled", type: "boolean", default: true, description: "False: nobody logs in through it." },
    {
      name: "identityRoles",
      type: "attributes",
      default: [],
      description: "Attributes of the identities it makes, without `#`.",
    },
    {
      name: "identityNameFormat",
      type: "string",
      default: "[caName]-[commonName]",
      description: "Names of the identities it makes.",
    },
  ],
  outputs: [
    {
      name: "isVerified",
      type: "boolean",
      from: [["isVerified"]],
      description: "Its owner has proved to hold its key.",
    },
    {
      name: "verificationToken",
      type: "string",
      secret: true,
      kept: true,
      from: [["verificationToken"]],
      description: "Common name of the certificate that proves it (`ziti ops verify ca`).",
    },
    { name: "fingerprint", type: "string", from: [["fingerprint"]], description: "SHA-1 of `certPem`, in hex." },
  ],
});
