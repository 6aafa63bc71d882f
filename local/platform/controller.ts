import { existsSync } from "node:fs";
import * as path from "node:path";
import type { CertificateFiles } from "./certificates";
import type { ControllerAccess } from "./controller-access";
import { callController, logIn } from "./controller-api";
import type { PlatformFolders } from "./folders";
import { loopback, type Ports } from "./ports";
import type { EngineProcess } from "./processes";
import { quickstartHome } from "./quickstart";
import type { Genuineness } from "./record";

/** What the controller's command line depends on. */
export interface ControllerContext {
  readonly folders: PlatformFolders;
  readonly certificates: CertificateFiles;
  readonly ports: Ports;
  readonly password: string;
  readonly kind: Genuineness;
}

const username = "admin";

/** The name of the controller's process; its log and record are called so. */
const controllerProcessName = "openziti-controller";

/** How clients reach the controller of a platform. */
export function controllerAccess(context: ControllerContext): ControllerAccess {
  const { folders, certificates, ports, password, kind } = context;
  return {
    url: `https://${loopback}:${ports.controller}`,
    authorityFile:
      kind === "real"
        ? path.join(quickstartHome(folders), "pki", "root-ca", "certs", "root-ca.cert")
        : certificates.authority,
    username,
    password,
  };
}

/** The controller: the real one with a router (`ziti edge quickstart`) when its binary is given, else the double. */
export function controllerProcess(ziti: string | undefined, context: ControllerContext): EngineProcess {
  return {
    name: controllerProcessName,
    ...(ziti ? quickstart(ziti, context) : double(context)),
    whyNotReady: () => whyNotReady(context),
    deadline: 90,
  };
}

type CommandLine = Pick<EngineProcess, "command" | "args" | "environment" | "files">;

function quickstart(ziti: string, { folders, ports, password }: ControllerContext): CommandLine {
  const args = [
    "edge",
    "quickstart",
    `--home=${quickstartHome(folders)}`,
    `--ctrl-address=${loopback}`,
    `--ctrl-port=${ports.controller}`,
    `--router-address=${loopback}`,
    `--router-port=${ports.router}`,
    `--username=${username}`,
    `--password=${password}`,
  ];
  return {
    command: ziti,
    args,
    environment: {
      // The command line tool keeps its log-in below HOME; the user's own stays as it is.
      HOME: path.join(folders.controllerData, "home"),
      ZITI_CTRL_BIND_ADDRESS: loopback,
      ZITI_CTRL_EDGE_BIND_ADDRESS: loopback,
    },
  };
}

// The password goes through a file: a command line is visible to every user of the machine.
function double({ folders, certificates, ports, password }: ControllerContext): CommandLine {
  const main = path.join(__dirname, "..", "doubles", "controller", "main.js");
  const options = {
    port: ports.controller,
    username,
    password,
    tls: {
      certFile: certificates.controller.certificate,
      keyFile: certificates.controller.key,
      caFile: certificates.authority,
    },
    stateFile: path.join(folders.controllerData, "double-state.json"),
  };
  const optionsFile = path.join(folders.controllerData, "double-options.json");
  return {
    command: process.execPath,
    args: [main, optionsFile],
    files: { [optionsFile]: JSON.stringify(options) },
  };
}

// The API answers before its administrator exists, so only a log-in counts; and the real controller is complete only
// with its router: what is registered after the baseline was taken would look like ours.
async function whyNotReady(context: ControllerContext): Promise<string | undefined> {
  const access = controllerAccess(context);
  if (!existsSync(access.authorityFile)) return `${access.authorityFile} is not there yet`;
  try {
    const token = await logIn(access);
    return context.kind === "real" ? await whyNoRouter(access, token) : undefined;
  } catch (error) {
    return (error as Error).message;
  }
}

async function whyNoRouter(access: ControllerAccess, token: string): Promise<string | undefined> {
  const response = await callController(access, "/edge-routers", undefined, token);
  if (response.status !== 200) return `${access.url} answered the list of its routers with status ${response.status}`;
  const { data } = JSON.parse(response.body) as { data: readonly { readonly isOnline: boolean }[] };
  return data.some(({ isOnline }) => isOnline) ? undefined : "its router is not online yet";
}
