import * as pulumi from "@pulumi/pulumi";
import * as openziti from "../../../openziti/resources";
import type { ContractTarget } from "../../support/contract-api";

/** What the program knows besides its configuration. */
export interface SecretProgramArgs {
  /** Where a password is used. */
  readonly front: ContractTarget;
  /** Where a certificate is used: TLS must not end on the way. */
  readonly controller: ContractTarget;
  /** PEM; its key is in the configuration. */
  readonly cert: string;
}

/**
 * Every kind of secret that the provider handles: an administrator's password, a certificate's key, one-time tokens of an
 * identity and of a router, and a user's password. Secrets come from the configuration and go into outputs.
 */
export function registerSecrets({ front, controller, cert }: SecretProgramArgs): Record<string, unknown> {
  const config = new pulumi.Config();
  const stack = pulumi.getStack();
  const { url, ca, username } = front;
  const password = config.requireSecret("password");
  const provider = new openziti.Provider("by-password", { url, ca, username, password, stack });
  const device = new openziti.Identity("device", { name: "device", enrollment: { ott: true } }, { provider });
  const router = new openziti.EdgeRouter("router", { name: "router" }, { provider });
  const user = new openziti.Identity("user", { name: "user" }, { provider });
  const login = { method: "updb", username: "some-user", password: config.requireSecret("userPassword") } as const;
  new openziti.Authenticator("user", { identityId: user.id, ...login }, { provider });
  const key = config.requireSecret("key");
  const direct = new openziti.Provider("by-certificate", { url: controller.url, ca: controller.ca, cert, key, stack });
  new openziti.Service("service", { name: "service" }, { provider: direct });
  return { device: device.enrollmentJwt, router: router.enrollmentJwt };
}
