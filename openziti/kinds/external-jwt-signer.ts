import { Properties } from "../values";
import { defineKind, Problem } from "./kind";
import { pemProblems } from "./pem";

/** Who signs tokens of another login system. A PATCH cannot clear a property, so a change is sent as the whole object. */
export const externalJwtSigner = defineKind({
  name: "ExternalJwtSigner",
  collection: "external-jwt-signers",
  writtenWhole: true,
  description: "An authority whose JWTs authentication policies may allow.",
  fields: [
    { name: "issuer", type: "string", required: true, description: "The `iss` claim its tokens carry." },
    { name: "audience", type: "string", required: true, description: "The `aud` claim its tokens carry." },
    { name: "enabled", type: "boolean", default: true, description: "False: its tokens are refused." },
    { name: "jwksEndpoint", type: "string", default: "", description: "URL of its keys; or give `certPem` and `kid`." },
    { name: "certPem", type: "pem", default: "", problems: pemProblems("certPem"), description: "Its certificate." },
    { name: "kid", type: "string", default: "", description: "Key id in the tokens that `certPem` verifies." },
    {
      name: "claimsProperty",
      type: "string",
      default: "/sub",
      description: "JSON pointer of the claim that names the identity.",
    },
    {
      name: "useExternalId",
      type: "boolean",
      default: false,
      description: "The claim holds an identity's `externalId`, not its id.",
    },
    { name: "clientId", type: "string", default: "", description: "OIDC client that tunnellers log in as." },
    { name: "scopes", type: "attributes", default: [], description: "OIDC scopes tunnellers ask for." },
    { name: "externalAuthUrl", type: "string", default: "", description: "Where tunnellers send people to log in." },
    {
      name: "targetToken",
      type: "string",
      default: "ACCESS",
      oneOf: ["ACCESS", "ID"],
      description: "Which of the OIDC tokens the controller gets.",
    },
  ],
  outputs: [
    { name: "fingerprint", type: "string", from: [["fingerprint"]], description: "SHA-1 of `certPem`, in hex." },
  ],
  problems: keySourceProblems,
});

function keySourceProblems({ jwksEndpoint, certPem, kid }: Properties): readonly Problem[] {
  const hasPem = certPem !== "";
  if ((jwksEndpoint !== "") === hasPem)
    return [{ path: "jwksEndpoint", reason: "give exactly one of jwksEndpoint and certPem" }];
  if ((kid !== "") === hasPem) return [];
  return [
    { path: "kid", reason: hasPem ? "is required together with certPem" : "goes with certPem, not jwksEndpoint" },
  ];
}
