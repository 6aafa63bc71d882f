import { LocalError } from "../../local/local-error";
import type { Cluster } from "../../openziti/client/transport";
import type { Administrator, Controller, RotationTags } from "./administrator";
import { type AdminCredential, createKey, createPassword, createRequest, isSame } from "./credential";
import { type Journal, type Previous, tryComplete } from "./journal";
import type { StackConnection } from "./stack-connection";

/** The stack as a rotation uses it; a test hands in one that counts and interrupts. */
export interface RotationStack {
  /** How the last finished `up` reached the controller. */
  connection(): Promise<StackConnection>;
  tryReadJournal(): Promise<Journal | undefined>;
  writeJournal(journal: Journal): Promise<void>;
  removeJournal(): Promise<void>;
  /** Makes a credential the stack's own in its configuration, in place of the one there. */
  configure(credential: AdminCredential): Promise<void>;
  /** Applies the configuration: the provider changes over, Ziti Management gets a new certificate. Throws when it did not succeed. */
  up(): Promise<void>;
}

/** What a rotation may be told. */
export interface RotationOptions {
  /** Default: what the stack logs in with now. */
  readonly kind?: AdminCredential["kind"];
  /** A name for the new identity that nobody else uses. */
  readonly createName: () => string;
  readonly say: (line: string) => void;
}

interface Scene extends RotationOptions {
  readonly stack: RotationStack;
  readonly controller: Controller;
  readonly tags: RotationTags;
  readonly cluster: Cluster;
}

/**
 * Replaces the credential of a stack without a moment at which neither is valid: a second administrator is made and
 * proven, the stack changes over to it, and only then the first one goes. A run that ended anywhere is taken up where it
 * stopped. Throws LocalError or an error of the client; the credential in use is valid then, too.
 */
export async function rotate(stack: RotationStack, controller: Controller, options: RotationOptions): Promise<void> {
  const connection = await stack.connection();
  const tags = { "agyn-managed-by": "agyn-networking", "agyn-rotation": connection.stack };
  const scene = { ...options, stack, controller, tags, cluster: connection.cluster };
  const begun = (await stack.tryReadJournal()) ?? (await begin(scene, connection));
  const { next, previous } = await register(scene, begun, connection);
  await stack.configure(next);
  options.say("3/4 the stack's configuration holds the new credential; bringing the stack up");
  await stack.up();
  if (!isSame((await stack.connection()).credential, next)) {
    throw new LocalError(
      "pulumi up ended and the stack still uses the old credential: is another configuration in force? " +
        "Both credentials are valid, nothing was removed. Run the same command again.",
    );
  }
  options.say(`4/4 ${await retire(scene, next, previous)}`);
  await stack.removeJournal();
}

async function begin({ stack, kind, createName, say }: Scene, { credential }: StackConnection): Promise<Journal> {
  const name = createName();
  const next = (kind ?? credential.kind) === "password" ? createPassword(name) : await createKey();
  const journal = { name, next };
  await stack.writeJournal(journal);
  say(`1/4 a new credential for ${name} is kept in the stack's configuration, encrypted`);
  return journal;
}

interface Registered {
  readonly next: AdminCredential;
  readonly previous: Previous;
}

async function register(scene: Scene, begun: Journal, { credential }: StackConnection): Promise<Registered> {
  const known = await tryProve(scene, begun);
  if (known !== undefined) return known;
  const current = await scene.controller.tryLogIn(scene.cluster, credential);
  if (current === undefined) {
    throw new LocalError(
      "the controller refuses the credential the stack was last brought up with, and the new one is not registered. " +
        "Set a valid one (pulumi config set --path agyn-networking:controller.…), run pulumi up, then rotate again.",
    );
  }
  try {
    const journal = { ...begun, previous: begun.previous ?? (await current.whoAmI(scene.tags)) };
    await scene.stack.writeJournal(journal);
    await makeIdentity(scene, current, journal);
  } finally {
    await current.close();
  }
  const written = await scene.stack.tryReadJournal();
  const proven = written && (await tryProve(scene, written));
  if (proven !== undefined) return proven;
  throw new LocalError(
    "the controller refuses the new credential. The one in use is untouched; run the command again.",
  );
}

/** The new credential, once its owner was seen to be an administrator under the new name. */
async function tryProve({ controller, cluster, tags, say }: Scene, journal: Journal): Promise<Registered | undefined> {
  const next = tryComplete(journal);
  if (next === undefined || journal.previous === undefined) return undefined;
  const owner = await controller.tryLogIn(cluster, next);
  if (owner === undefined) return undefined;
  try {
    const { name, isAdmin } = await owner.whoAmI(tags);
    if (name !== journal.name || !isAdmin)
      throw new LocalError(`${name} is not the new administrator ${journal.name}.`);
  } finally {
    await owner.close();
  }
  say(`2/4 ${journal.name} is registered and logs in with the new credential`);
  return { next, previous: journal.previous };
}

async function makeIdentity(scene: Scene, current: Administrator, journal: Journal): Promise<void> {
  const { name, next } = journal;
  const found = await current.tryFind(name);
  if (next.kind === "password") {
    const id = found?.id ?? (await current.createIdentity(name, scene.tags, false));
    if (!(await current.hasPassword(id))) await current.attachPassword(id, next.username, next.password);
    return;
  }
  // An identity that enrolled without its certificate being written down is of no use.
  if (found !== undefined) await current.remove("identities", found.id);
  const id = await current.createIdentity(name, scene.tags, true);
  const token = await current.enrollmentToken(id);
  const cert = await scene.controller.enroll(scene.cluster, token, await createRequest(next, name));
  await scene.stack.writeJournal({ ...journal, next: { ...next, cert } });
}

async function retire(
  { controller, cluster }: Scene,
  next: AdminCredential,
  { identityId, name, authenticatorId, isOurs, isDefaultAdmin }: Previous,
): Promise<string> {
  if (isDefaultAdmin) return `${name} stays: it is the controller's first administrator, kept for emergencies`;
  const owner = await controller.tryLogIn(cluster, next);
  if (owner === undefined) {
    throw new LocalError(
      "the controller refuses the credential the stack was just brought up with; nothing was removed.",
    );
  }
  try {
    if (isOurs) await owner.remove("identities", identityId);
    else await owner.remove("authenticators", authenticatorId);
  } finally {
    await owner.close();
  }
  return isOurs
    ? `${name} and its credential are removed`
    : `${name} keeps its identity, the old credential is removed`;
}
