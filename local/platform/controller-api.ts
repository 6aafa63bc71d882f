import { readFileSync } from "node:fs";
import type { ControllerAccess } from "./controller-access";
import { send, type EngineResponse } from "./https";
import { LocalError } from "../local-error";

/** The controller cannot be used: names its address, what went wrong and what to try. */
export class ControllerError extends LocalError {}

const managementPath = "/edge/management/v1";

/** Logs in to the controller. Throws ControllerError when it cannot be reached or refuses the credential. */
export async function logIn(access: ControllerAccess): Promise<string> {
  const { url, username, password } = access;
  const response = await callController(access, "/authenticate?method=password", { username, password });
  if (response.status === 401) {
    throw new ControllerError(
      `the OpenZiti controller at ${url} refuses user "${username}": its password is not the one of this platform. ` +
        "Start afresh: agyn-net local stop --wipe",
    );
  }
  if (response.status !== 200) throw new ControllerError(`${url} answered a log-in with status ${response.status}`);
  return (JSON.parse(response.body) as { data: { token: string } }).data.token;
}

/** One request to the management API. Throws ControllerError when nothing answers. */
export function callController(
  access: ControllerAccess,
  path: string,
  body?: object,
  token?: string,
): Promise<EngineResponse> {
  return send({
    url: `${access.url}${managementPath}${path}`,
    authority: readFileSync(access.authorityFile, "utf8"),
    method: body ? "POST" : "GET",
    headers: { "content-type": "application/json", ...(token ? { "zt-session": token } : {}) },
    body: body && JSON.stringify(body),
  }).catch((error: Error) => {
    throw new ControllerError(`the OpenZiti controller at ${access.url} cannot be reached: ${error.message}`);
  });
}
