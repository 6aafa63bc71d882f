import { isRecord, Value } from "../values";
import { defineKind, Problem } from "./kind";

/**
 * The ways identities may log in. The API wants every property, so what the program leaves out is a closed door. A PATCH
 * (controller 2.0.3) drops `minPasswordLength` and stores `requireMixedCase` as `requireNumberChar` too; a PUT does not.
 */
export const authPolicy = defineKind({
  name: "AuthPolicy",
  collection: "auth-policies",
  writtenWhole: true,
  description: "The ways in which identities may log in.",
  fields: [
    {
      name: "primary",
      type: "record",
      required: true,
      sets: ["allowedSigners"],
      problems: primaryProblems,
      description: "First factors; a method left out is not allowed.",
      default: {
        cert: { allowed: false, allowExpiredCerts: false },
        extJwt: { allowed: false, allowedSigners: [] },
        updb: {
          allowed: false,
          minPasswordLength: 5,
          maxAttempts: 0,
          lockoutDurationMinutes: 0,
          requireMixedCase: false,
          requireNumberChar: false,
          requireSpecialChar: false,
        },
      },
    },
    {
      name: "secondary",
      type: "record",
      default: { requireTotp: false, requireExtJwtSigner: "" },
      description: "Second factors.",
    },
  ],
  outputs: [],
  reserved: ({ id }) => (id === "default" ? "it is the controller's default policy" : undefined),
});

function primaryProblems(value: Value): readonly Problem[] {
  const methods = isRecord(value) ? Object.values(value).filter(isRecord) : [];
  if (methods.some(({ allowed }) => allowed !== false)) return [];
  return [{ path: "primary", reason: "allow at least one of cert, extJwt and updb, or nobody can log in" }];
}
