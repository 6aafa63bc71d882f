import * as path from "node:path";
import { addresses } from "../addresses";
import type { NodeFolders } from "../folders";

/** Names that the rest of the world knows, in the form of /etc/hosts: a test's place to publish a public name. */
export function outsideHosts({ root }: NodeFolders): string {
  return path.join(root, "outside.hosts");
}

/** Where the part of it answers that knows no name: `template` comes before `hosts` in CoreDNS, whatever the order here. */
const nowherePort = 5_300;

/** The name server of the world outside: it knows the names in one file and says of every other that there is none. */
export function renderOutsideDns(hosts: string): string {
  return [
    ". {",
    `    bind ${addresses.outside}`,
    `    hosts ${hosts} {`,
    "        reload 1s",
    "        ttl 1",
    "        fallthrough",
    "    }",
    `    forward . ${addresses.outside}:${nowherePort}`,
    "}",
    `.:${nowherePort} {`,
    `    bind ${addresses.outside}`,
    "    template ANY ANY {",
    "        rcode NXDOMAIN",
    "    }",
    "}",
    "",
  ].join("\n");
}
