/** Reads a kubeconfig: where the API server is and how to prove who we are. */
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import type { Json, JsonObject } from "./properties";
import { isObject } from "./properties";
import { objectAt, textAt } from "./manifest";

/** How to reach one API server. Certificates and keys are PEM. */
export interface Connection {
  server: string;
  namespace: string;
  serverName?: string | undefined;
  skipTlsVerify: boolean;
  ca?: Buffer | undefined;
  cert?: Buffer | undefined;
  key?: Buffer | undefined;
  authorization?: string | undefined;
}

/** Which part of a kubeconfig to use; what is not given comes from the kubeconfig's own current context. */
export interface KubeconfigChoice {
  /** Contents or path; default: the first file of $KUBECONFIG, else `~/.kube/config`. */
  kubeconfig?: string | undefined;
  context?: string | undefined;
  cluster?: string | undefined;
}

interface Source {
  label: string;
  folder: string;
  content: JsonObject;
}

function pathOrContents(choice: KubeconfigChoice): string {
  if (choice.kubeconfig) return choice.kubeconfig.replace(/^~(?=$|\/)/, homedir());
  const files = (process.env.KUBECONFIG ?? "").split(delimiter).filter((file) => file !== "");
  return files[0] ?? join(homedir(), ".kube", "config");
}

// Contents span lines or are a JSON object; anything else is meant as a path.
const isContents = (text: string): boolean => text.includes("\n") || text.trimStart().startsWith("{");

function loadSource(choice: KubeconfigChoice): Source {
  const given = pathOrContents(choice);
  const isText = isContents(given);
  const label = isText ? "kubeconfig" : `kubeconfig ${given}`;
  if (!isText && !existsSync(given))
    throw new Error(`${label}: no such file; set kubernetes:kubeconfig to the path or the contents of a kubeconfig`);
  const content = parse(isText ? given : readFileSync(given, "utf8")) as Json;
  if (!isObject(content)) throw new Error(`${label}: expected a map with clusters, contexts and users`);
  return { label, folder: isText ? process.cwd() : dirname(given), content };
}

function findNamed(source: Source, list: "clusters" | "contexts" | "users", name: string): JsonObject {
  const entries = source.content[list];
  const objects = (Array.isArray(entries) ? entries : []).filter(isObject);
  const found = objects.find((entry) => entry.name === name);
  const names = objects.map((entry) => textAt(entry, "name")).join(", ") || "none";
  if (found === undefined) throw new Error(`${source.label}: ${list} has no "${name}"; it has: ${names}`);
  return objectAt(found, list.slice(0, -1));
}

function pemOf(source: Source, holder: JsonObject, key: string): Buffer | undefined {
  const data = textAt(holder, `${key}-data`);
  if (data !== "") return Buffer.from(data, "base64");
  const file = textAt(holder, key);
  return file === "" ? undefined : readFileSync(resolve(source.folder, file));
}

function authorizationOf(source: Source, user: JsonObject): string | undefined {
  const unsupported = ["exec", "auth-provider"].find((key) => user[key] !== undefined);
  if (unsupported !== undefined)
    throw new Error(
      `${source.label}: users[].user.${unsupported} needs the real Kubernetes plugin; use a token or a client certificate`,
    );
  const tokenFile = textAt(user, "tokenFile");
  const token = textAt(user, "token") || (tokenFile && readFileSync(resolve(source.folder, tokenFile), "utf8").trim());
  if (token) return `Bearer ${token}`;
  const login = `${textAt(user, "username")}:${textAt(user, "password")}`;
  return login === ":" ? undefined : `Basic ${Buffer.from(login).toString("base64")}`;
}

/** Reads the kubeconfig and picks context, cluster and user. Throws with what is missing and what there is. */
export function loadConnection(choice: KubeconfigChoice): Connection {
  const source = loadSource(choice);
  const context = findNamed(source, "contexts", choice.context || textAt(source.content, "current-context"));
  const cluster = findNamed(source, "clusters", choice.cluster || textAt(context, "cluster"));
  const user = textAt(context, "user") === "" ? {} : findNamed(source, "users", textAt(context, "user"));
  const server = textAt(cluster, "server");
  if (!URL.canParse(server))
    throw new Error(`${source.label}: server "${server}" is not a URL; expected for example https://127.0.0.1:6443`);
  return {
    server,
    namespace: textAt(context, "namespace") || "default",
    serverName: textAt(cluster, "tls-server-name") || undefined,
    skipTlsVerify: cluster["insecure-skip-tls-verify"] === true,
    ca: pemOf(source, cluster, "certificate-authority"),
    cert: pemOf(source, user, "client-certificate"),
    key: pemOf(source, user, "client-key"),
    authorization: authorizationOf(source, user),
  };
}
