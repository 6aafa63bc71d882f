import type { ModelOptions } from "./options";
import type { Service, StoreName } from "../platform/services";

/** The stack's own database of Ziti Management: its store, its pods, its Service. */
export const ownDatabase = "ziti-management-db" satisfies StoreName;

/** Whether the stack brings Ziti Management a database of its own: it runs the service, and the operator names none. */
export function bringsDatabase({ zitiManagement }: Pick<ModelOptions, "zitiManagement">): boolean {
  return zitiManagement.deploy && zitiManagement.database === undefined;
}

/** The data stores that a service uses in one installation: those of the table, but for a database of the stack's own. */
export function storesOf(options: Pick<ModelOptions, "zitiManagement">, service: Service): readonly StoreName[] {
  return service.name === "ziti-management" && bringsDatabase(options) ? [ownDatabase] : service.stores;
}
