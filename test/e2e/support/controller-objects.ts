import { readFileSync } from "node:fs";
import { callController, logIn } from "../../../local/platform/controller-api";
import type { ControllerAccess } from "../../../local/platform/controller-access";
import { send } from "../../../local/platform/https";

/** An object of the OpenZiti controller as its management API shows it. */
export interface ControllerObject {
  readonly id: string;
  readonly name: string;
  readonly identityRoles?: readonly string[];
}

/** The objects of that name in a collection such as `service-policies`. */
export async function findByName(
  access: ControllerAccess,
  collection: string,
  name: string,
): Promise<readonly ControllerObject[]> {
  const path = `/${collection}?filter=${encodeURIComponent(`name="${name}"`)}`;
  const { body } = await callController(access, path, undefined, await logIn(access));
  return (JSON.parse(body) as { data: readonly ControllerObject[] }).data;
}

/** Makes, changes or deletes an object by hand, behind Pulumi's back. Throws when the controller refuses. */
export async function changeByHand(
  access: ControllerAccess,
  method: "POST" | "PATCH" | "DELETE",
  path: string,
  change?: object,
): Promise<void> {
  const response = await send({
    url: `${access.url}/edge/management/v1/${path}`,
    authority: readFileSync(access.authorityFile, "utf8"),
    method,
    headers: { "content-type": "application/json", "zt-session": await logIn(access) },
    body: change && JSON.stringify(change),
  });
  if (response.status >= 300) throw new Error(`${method} ${path}: ${response.status} ${response.body}`);
}
