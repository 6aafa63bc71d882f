import { toSecret } from "./collections/authenticators";
import { defaultAuthPolicy } from "./collections/auth-policies";
import { identities } from "./collections/identities";
import { builtInConfigTypes } from "./config-schemas";
import { toReplaced } from "./kind";
import type { World } from "./world";

/** How the administrator logs in. */
export interface Administrator {
  username: string;
  password: string;
  /** SHA-1 fingerprints of client certificates, in hex with or without colons. */
  clientCertificates?: readonly string[];
}

const administratorName = "Default Admin";

/** Puts what every controller has from its start into the store, and makes the administrator's credentials current. */
export function seed(world: World, administrator: Administrator): void {
  const { store } = world;
  for (const { id, name, schema } of builtInConfigTypes) {
    if (!store.in("config-types").has(id)) store.insert("config-types", { id, name, schema });
  }
  if (!store.in("auth-policies").has(defaultAuthPolicy.id)) store.insert("auth-policies", { ...defaultAuthPolicy });
  const identity =
    store.tryFindByName("identities", administratorName) ??
    store.insert("identities", {
      ...toReplaced(identities, "create", { name: administratorName, isAdmin: true }),
      isDefaultAdmin: true,
    });
  seedCredentials(world, identity.id, administrator);
  store.save();
}

function seedCredentials(world: World, identityId: string, administrator: Administrator): void {
  const { store } = world;
  const { username, password } = administrator;
  const existing = store
    .all("authenticators")
    .find((entry) => entry.identityId === identityId && entry.method === "updb");
  const secret = { username, ...toSecret(password) };
  if (existing === undefined) store.insert("authenticators", { identityId, method: "updb", tags: {}, ...secret });
  else store.update("authenticators", existing.id, secret);
  for (const certificate of administrator.clientCertificates ?? []) {
    const fingerprint = certificate.replaceAll(":", "").toLowerCase();
    if (store.all("authenticators").some((entry) => entry.fingerprint === fingerprint)) continue;
    store.insert("authenticators", { identityId, method: "cert", tags: {}, fingerprint });
  }
}
