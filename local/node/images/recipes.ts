import { versions } from "../../../versions";

/** The releases whose images are made: those that the program pins, or those of chart folders that stand in for them. */
export type ImageVersions = Readonly<
  Record<"istio" | "certManager" | "trustManager" | "openziti" | "postgres", string>
>;

/** What an image stands on: nothing, BusyBox, or a small Debian with these packages (`bases.ts`). */
type ImageBase = "none" | "busybox" | "debian" | "postgres";

/** How an image is made of programs of this machine. */
export interface ImageRecipe {
  /** What it is called in messages. */
  readonly name: string;
  /** The names under which charts ask for it, with registry and tag. */
  readonly names: readonly string[];
  readonly base: ImageBase;
  /** Programs and other files by their name on this machine, and where the image has them. */
  readonly files: readonly { readonly from: string; readonly to: string }[];
  /** Folders that the program writes into, with the number of their owner. */
  readonly folders?: readonly { readonly path: string; readonly owner: number }[];
  /** Scripts that belong to the image alone. */
  readonly scripts?: readonly { readonly path: string; readonly text: string }[];
  readonly entrypoint: readonly string[];
  readonly user?: string;
  readonly environment?: Readonly<Record<string, string>>;
  readonly workingDirectory?: string;
}

const nonRoot = "65532:65532";
const istioUser = "1337:1337";
const zitiUser = 2171;

// Charts name the registry in different ways from release to release; the node's mirror looks at the path alone.
const istioNames = (image: string, version: string): readonly string[] =>
  ["docker.io/istio", "registry.istio.io/release"].map((hub) => `${hub}/${image}:${version}`);

const jetstack = (program: string, version: string, user = nonRoot): ImageRecipe => ({
  name: program,
  names: [`quay.io/jetstack/${program}:${version}`],
  base: "none",
  files: [{ from: program, to: `/app/${program}` }],
  entrypoint: [`/app/${program}`],
  user,
});

const certManagerPrograms = ["controller", "cainjector", "webhook", "startupapicheck", "acmesolver"];

const zitiHome = { path: "/home/ziggy", owner: zitiUser };
const ziti = {
  base: "debian",
  user: `${zitiUser}:${zitiUser}`,
  environment: { HOME: zitiHome.path },
} as const;

const postgresScript = `#!/bin/sh
# A server that makes its data at its first start, with the password (or its file), user and database of the usual
# variables.
set -eu
bin=$(echo /usr/lib/postgresql/*/bin)
data=\${PGDATA:-/var/lib/postgresql/data}
user=\${POSTGRES_USER:-postgres}
password=\${POSTGRES_PASSWORD:-}
[ -z "\${POSTGRES_PASSWORD_FILE:-}" ] || password=$(cat "$POSTGRES_PASSWORD_FILE")
if [ ! -s "$data/PG_VERSION" ]; then
  umask 077
  printf '%s\\n' "$password" > /tmp/password
  "$bin/initdb" --pgdata="$data" --username="$user" --pwfile=/tmp/password --auth=scram-sha-256
  rm /tmp/password
  echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
  database=\${POSTGRES_DB:-$user}
  [ "$database" = postgres ] || echo "CREATE DATABASE \\"$database\\"" | "$bin/postgres" --single -D "$data" postgres
fi
exec "$bin/postgres" -D "$data" -c "listen_addresses=*" -c unix_socket_directories=/tmp
`;

// The number is that of the published image: initdb wants a name for the user it runs as.
const usersWith = (name: string, number: number, home: string) =>
  `root:x:0:0:root:/root:/bin/sh\n${name}:x:${number}:${number}::${home}:/bin/sh\n`;

const istio = (version: string): readonly ImageRecipe[] => [
  {
    name: "pilot",
    names: istioNames("pilot", version),
    base: "busybox",
    files: [{ from: "pilot-discovery", to: "/usr/local/bin/pilot-discovery" }],
    entrypoint: ["/usr/local/bin/pilot-discovery"],
    user: istioUser,
  },
  {
    name: "proxyv2",
    names: istioNames("proxyv2", version),
    base: "debian",
    files: [
      { from: "pilot-agent", to: "/usr/local/bin/pilot-agent" },
      { from: "envoy", to: "/usr/local/bin/envoy" },
      { from: "envoy_bootstrap.json", to: "/var/lib/istio/envoy/envoy_bootstrap_tmpl.json" },
    ],
    entrypoint: ["/usr/local/bin/pilot-agent"],
    user: istioUser,
  },
];

const openziti = (version: string): readonly ImageRecipe[] => [
  {
    ...ziti,
    name: "ziti-controller",
    names: [`docker.io/openziti/ziti-controller:${version}`],
    files: [{ from: "ziti", to: "/usr/local/bin/ziti" }],
    folders: [zitiHome, { path: "/persistent", owner: zitiUser }],
    entrypoint: ["/usr/local/bin/ziti"],
  },
  {
    ...ziti,
    name: "ziti-router",
    names: [`docker.io/openziti/ziti-router:${version}`],
    files: [
      { from: "ziti", to: "/usr/local/bin/ziti" },
      { from: "ziti-router-entrypoint.bash", to: "/entrypoint.bash" },
      { from: "ziti-router-bootstrap.bash", to: "/bootstrap.bash" },
    ],
    folders: [zitiHome, { path: "/ziti-router", owner: zitiUser }],
    environment: {
      ...ziti.environment,
      ZITI_HOME: "/ziti-router",
      ZITI_ROUTER_BOOTSTRAP_BASH: "/bootstrap.bash",
      ZITI_TIME_FORMAT: "utc",
      ZITI_BOOTSTRAP: "true",
      ZITI_BOOTSTRAP_CONFIG: "true",
      ZITI_BOOTSTRAP_ENROLLMENT: "true",
      ZITI_AUTO_RENEW_CERTS: "true",
    },
    workingDirectory: "/ziti-router",
    entrypoint: ["/entrypoint.bash"],
  },
];

const postgres = (version: string): ImageRecipe => ({
  name: "postgres",
  names: [`docker.io/library/postgres:${version}`],
  base: "postgres",
  files: [],
  scripts: [
    { path: "/usr/local/bin/serve", text: postgresScript },
    { path: "/etc/passwd", text: usersWith("postgres", 999, "/var/lib/postgresql") },
  ],
  entrypoint: ["/usr/local/bin/serve"],
  user: "postgres",
});

const zitiManagement: ImageRecipe = {
  name: "ziti-management",
  names: ["ghcr.io/agynio/ziti-management:0.7.0"],
  base: "none",
  files: [{ from: "ziti-management-standin", to: "/app/ziti-management" }],
  // By name, as in the image that it stands for.
  scripts: [{ path: "/etc/passwd", text: usersWith("app", 100, "/app") }],
  entrypoint: ["/app/ziti-management"],
  user: "app",
};

/** The images of what the program installs and needs, each made of programs that are found on this machine. */
export function imageRecipes(releases: ImageVersions = versions): readonly ImageRecipe[] {
  return [
    ...istio(releases.istio),
    ...certManagerPrograms.map((program) => jetstack(`cert-manager-${program}`, releases.certManager, "1000:1000")),
    jetstack("trust-manager", releases.trustManager),
    ...openziti(releases.openziti),
    postgres(releases.postgres),
    zitiManagement,
  ];
}
