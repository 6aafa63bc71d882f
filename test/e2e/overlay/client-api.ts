import { readFileSync } from "node:fs";
import { Transport } from "../../../openziti/client/transport";

const base = "/edge/client/v1";

/** A service as the controller shows it to an identity. */
export interface VisibleService {
  readonly id: string;
  readonly name: string;
  readonly permissions: readonly string[];
  readonly config: Readonly<Record<string, { readonly addresses?: readonly string[] }>>;
}

/** The controller as an enrolled identity sees it: the API its tunneler uses. */
export class ClientApi {
  private constructor(
    private readonly transport: Transport,
    private readonly token: string,
  ) {}

  /** Logs in with the certificate of an enrolled identity's file. */
  static async logIn(url: string, identityFile: string): Promise<ClientApi> {
    const { id } = JSON.parse(readFileSync(identityFile, "utf8")) as { id: Record<"ca" | "cert" | "key", string> };
    const pem = (name: "ca" | "cert" | "key") => id[name].replace(/^pem:/, "");
    const transport = new Transport({ url, ca: pem("ca"), cert: pem("cert"), key: pem("key") });
    const path = "/authenticate?method=cert";
    const body = { configTypes: ["intercept.v1"] };
    const answer = await transport.send({ method: "POST", path, base, body }, new AbortController().signal);
    return new ClientApi(transport, (answer.body as { data: { token: string } }).data.token);
  }

  /** Every service a policy lets the identity dial or bind. */
  async services(): Promise<readonly VisibleService[]> {
    const { body } = await this.send("GET", "/services?limit=500");
    return (body as { data: readonly VisibleService[] }).data;
  }

  /** Asks for leave to dial a service, as a tunneler does before it connects. Answers with the HTTP status. */
  async askToDial(serviceId: string): Promise<number> {
    return (await this.send("POST", "/sessions", { serviceId, type: "Dial" })).status;
  }

  /** Ends the session. */
  async close(): Promise<void> {
    await this.send("DELETE", "/current-api-session");
    this.transport.close();
  }

  private send(method: "GET" | "POST" | "DELETE", path: string, body?: object) {
    const headers = { "zt-session": this.token };
    return this.transport.send({ method, path, base, headers, body }, new AbortController().signal);
  }
}
