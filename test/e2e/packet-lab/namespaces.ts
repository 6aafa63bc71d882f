import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { removeAtExit } from "../mesh/leftovers";

/** A place of the lab: what gets a network namespace of its own. */
export interface LabPlace {
  readonly name: string;
  readonly v4: string;
  readonly v6: string;
}

const prefix = "agyn-lab-";
const folder = "/run/netns";
/** The address under which each place knows the router; nobody probes it. */
const gateway = { v4: "169.254.1.1", v6: "fe80::1" };

/** Runs a tool; throws with what it wrote. `input` goes to its standard input. */
export function run(command: string, args: readonly string[], input = ""): string {
  return execFileSync(command, args, { input, encoding: "utf8", maxBuffer: 1 << 28, stdio: ["pipe", "pipe", "pipe"] });
}

function existing(): string[] {
  try {
    return readdirSync(folder).filter((name) => name.startsWith(prefix));
  } catch {
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function removeNamespaces(names: readonly string[]): void {
  if (names.length > 0) run("ip", ["-force", "-batch", "-"], names.map((name) => `netns del ${name}\n`).join(""));
}

/** Removes what runs left behind that were killed before they could: namespaces carry the process they belong to. */
export function removeLeftovers(): readonly string[] {
  const dead = existing().filter((name) => !isAlive(Number(name.slice(prefix.length).split("-")[0])));
  removeNamespaces(dead);
  return dead;
}

/** Network namespaces, one per place, around one that routes between them. Every address of the lab lives in them. */
export class Namespaces {
  private static count = 0;
  readonly router: string;
  private readonly own: string;
  private readonly forget: () => void;

  constructor(private readonly places: readonly LabPlace[]) {
    removeLeftovers();
    this.own = `${prefix}${process.pid}-${Namespaces.count++}-`;
    this.router = `${this.own}router`;
    this.forget = removeAtExit(() => this.remove());
    this.create();
  }

  /** The namespace of a place, by its position. */
  nameOf(index: number): string {
    return `${this.own}${index}`;
  }

  /** Replaces the packet filter of the router. */
  filter(ruleset: string): void {
    run("ip", ["netns", "exec", this.router, "nft", "-f", "-"], `flush ruleset\n${ruleset}`);
  }

  /** The packet filter as the kernel holds it, in nft's JSON. */
  readFilter(): string {
    return run("ip", ["netns", "exec", this.router, "nft", "-j", "list", "sets"]);
  }

  /** Removes every namespace, with the addresses, links and filters in it. */
  remove(): void {
    removeNamespaces(existing().filter((name) => name.startsWith(this.own)));
    this.forget();
  }

  private create(): void {
    const names = this.places.map((_, index) => this.nameOf(index));
    const added = [this.router, ...names].map((name) => `netns add ${name}\n`);
    const links = names.map(
      (name, index) => `link add p${index} netns ${this.router} type veth peer name eth0 netns ${name}\n`,
    );
    run("ip", ["-batch", "-"], [...added, ...links].join(""));
    run("ip", ["netns", "exec", this.router, "sh", "-c", forwarding]);
    run("ip", ["-n", this.router, "-batch", "-"], this.places.map(routerSide).join(""));
    this.places.forEach((place, index) => run("ip", ["-n", this.nameOf(index), "-batch", "-"], placeSide(place)));
  }
}

const forwarding = [
  "echo 1 > /proc/sys/net/ipv4/ip_forward",
  "echo 1 > /proc/sys/net/ipv6/conf/all/forwarding",
  "echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter",
  "echo 0 > /proc/sys/net/ipv4/conf/default/rp_filter",
].join(" && ");

function routerSide({ v4, v6 }: LabPlace, index: number): string {
  return [
    `link set p${index} up`,
    `addr add ${gateway.v4}/32 dev p${index}`,
    `addr add ${gateway.v6}/64 dev p${index} nodad`,
    `route add ${v4}/32 dev p${index}`,
    `route add ${v6}/128 dev p${index}`,
    "",
  ].join("\n");
}

function placeSide({ v4, v6 }: LabPlace): string {
  return [
    "link set lo up",
    "link set eth0 up",
    `addr add ${v4}/32 dev eth0`,
    `addr add ${v6}/128 dev eth0 nodad`,
    `route add ${gateway.v4}/32 dev eth0`,
    `route add default via ${gateway.v4} dev eth0 src ${v4}`,
    `route add default via ${gateway.v6} dev eth0 src ${v6}`,
    "",
  ].join("\n");
}
