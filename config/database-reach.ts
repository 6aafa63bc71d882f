import type { Settings } from "./settings";
import { addressOfDatabase, type DatabaseAddress } from "./values/database-url";

type Concerned = Pick<Settings, "namespaces" | "networkPolicies" | "zitiManagement">;

/** Where the operator's database of Ziti Management is; undefined when there is none, or nobody here can decrypt it. */
export function tryReadDatabaseAddress({
  zitiManagement,
}: Pick<Settings, "zitiManagement">): DatabaseAddress | undefined {
  const { database } = zitiManagement;
  if (database === undefined || database.isSealed) return undefined;
  const url = database.reveal();
  return URL.canParse(url) ? addressOfDatabase(url) : undefined; // a run without secrets has a placeholder
}

/** The Service of the platform namespace that an address leads to; undefined for every other host. */
export function tryFindPlatformService({ host }: DatabaseAddress, platform: string): string | undefined {
  const [service, namespace = platform, ...rest] = host.split(".");
  const isService = !host.includes(":") && (rest.length === 0 || rest[0] === "svc");
  return isService && namespace === platform ? service : undefined;
}

/** What every run has to say about the operator's database: that the network policies close the way there. */
export function databaseWarnings(settings: Concerned): readonly string[] {
  const address = tryReadDatabaseAddress(settings);
  const { enabled, internetEgress } = settings.networkPolicies;
  const { platform } = settings.namespaces;
  if (address === undefined || !enabled || tryFindPlatformService(address, platform) === openedStore) return [];
  const { host, port } = address;
  const closed = `The network policies close the way from Ziti Management to its database at ${host}:${port}:`;
  // Policies add up, and addresses of the cluster are never in a list of the internet's.
  if (isClusterName(host)) {
    return [
      `${closed} write a NetworkPolicy of your own in ${platform} that lets pods with the label ` +
        `app.kubernetes.io/name: ziti-management out to it, and one that lets them in where its namespace has policies.`,
    ];
  }
  const isOpened = internetEgress.some(({ service, ports = [443] }) => {
    return service === "ziti-management" && ports.includes(port);
  });
  if (isOpened) return [];
  return [
    `${closed} add its addresses to networkPolicies.internetEgress (service ziti-management, ports [${port}]), or a policy of ` +
      `your own.`,
  ];
}

/** The one Service of a database that the policies know. */
const openedStore = "postgres";

function isClusterName(host: string): boolean {
  return !host.includes(".") || /\.svc(\.|$)/.test(host);
}
