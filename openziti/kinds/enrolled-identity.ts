import { textOf } from "../values";
import { defineNamelessKind } from "./kind";

/**
 * An identity together with the key and the certificate it enrolled with: not among the kinds that the engine manages,
 * because its key exists in the state alone. A new certificate is a new identity, so that the old one works until whoever
 * uses it has changed over; that is why its name has an ending of its own.
 */
export const enrolledIdentity = defineNamelessKind({
  name: "EnrolledIdentity",
  collection: "identities",
  description:
    "An identity that enrolled: the provider makes its key, and the controller certifies it. Replaced in time before the " +
    "certificate runs out, the new one first.",
  fields: [
    {
      name: "namePrefix",
      type: "name",
      required: true,
      replaces: true,
      description: "Name of the identity without its ending, a `-` and eight hex digits. Changing it replaces it.",
    },
    {
      name: "isAdmin",
      type: "boolean",
      default: false,
      replaces: true,
      description: "Full rights over the management API. Changing it replaces the identity.",
    },
  ],
  outputs: [
    { name: "name", type: "string", from: [], description: "Name of the identity." },
    {
      name: "certPem",
      type: "string",
      from: [],
      description: "Certificate of the controller's authority, and its intermediates; empty once it was taken away.",
    },
    { name: "keyPem", type: "string", from: [], secret: true, description: "Private key of the certificate." },
    { name: "notAfter", type: "string", from: [], description: "When the certificate stops working (RFC 3339)." },
  ],
  keyOf: (properties) => ({ name: textOf(properties, "name") }),
});
