import type { Model } from "../../access/model/model";
import type { Settings } from "../../config/settings";
import { examineAccounts } from "./checks/accounts";
import { examineDatabase } from "./checks/database";
import { examineIstiod } from "./checks/istiod";
import { examineKinds } from "./checks/kinds";
import { examineNamespaces } from "./checks/namespaces";
import { examinePlugin } from "./checks/network-plugin";
import { examinePorts } from "./checks/ports";
import { examineServer } from "./checks/server";
import { examineSidecars } from "./checks/sidecars";
import { examineCaptures } from "./checks/captures";
import { examineClasses } from "./checks/classes";
import { examineIssuer } from "./checks/issuer";
import type { Facts } from "./facts";
import type { Finding, PublicFinding } from "./finding";
import type { PublicFacts } from "./public-facts";

/** Everything to say about a cluster before or after the program installs the mesh's policies. Pure. */
export function examineMesh(facts: Facts, model: Model, settings: Settings): Finding[] {
  const server = examineServer(facts);
  // Without a server nothing else was read: one reason instead of a page of them.
  if (server.some(({ verdict }) => verdict === "fail") && "reason" in facts.version) return server;
  return [
    ...server,
    ...examineKinds(facts, settings),
    ...examineIstiod(facts, settings),
    ...examineNamespaces(facts, settings),
    ...examineSidecars(facts, settings),
    ...examinePorts(facts, model),
    ...examineAccounts(facts, model),
    ...examineDatabase(facts, model, settings),
    ...examinePlugin(facts),
  ];
}

/** Everything to say about what serves the public hosts: issuer, class, definitions, and who would take names away. Pure. */
export function examinePublicSide(facts: PublicFacts, model: Model): PublicFinding[] {
  return [...examineIssuer(facts, model), ...examineClasses(facts, model), ...examineCaptures(facts, model)];
}
