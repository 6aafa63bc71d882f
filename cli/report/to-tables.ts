import { X509Certificate } from "node:crypto";
import { passthroughHosts } from "../../access/exposure";
import type { Model } from "../../access/model";
import type { Settings } from "../../config/settings";
import type { Table } from "./report-data";

/** Everything the report says in plain tables: differences, public surface, DNS records, expiry dates. */
export function toTables(model: Model, settings: Settings, changes: readonly string[] | undefined): readonly Table[] {
  return [
    ...(changes === undefined ? [] : [changesTable(changes)]),
    publicSurface(model),
    dnsRecords(model),
    expiryDates(settings),
  ];
}

function changesTable(changes: readonly string[]): Table {
  return {
    id: "changes",
    title: "Changes",
    empty: "Nothing that anybody may reach is different.",
    columns: ["What is different"],
    rows: changes.map((sentence) => [sentence]),
  };
}

function publicSurface({ exposures, options }: Model): Table {
  const port = String(options.ingress.port);
  return {
    id: "surface",
    title: "Public surface",
    empty: "Nothing is reachable from outside.",
    columns: ["Host", "Port", "Because"],
    rows: [
      ...exposures.map(({ host, because }) => [host, port, because]),
      ...passthroughHosts(options).map(({ name, host }) => [host, port, `Clients of the overlay's ${name}.`]),
    ],
  };
}

function dnsRecords({ exposures, options }: Model): Table {
  const hosts = [...exposures, ...passthroughHosts(options)].map(({ host }) => host);
  return {
    id: "dns",
    title: "Public DNS records",
    empty: "Public DNS carries nothing.",
    columns: ["Name", "Type", "Target"],
    rows: [...new Set(hosts)].map((host) => [host, "A or CNAME", "address of the ingress gateway"]),
  };
}

function expiryDates({ controller, mesh }: Settings): Table {
  const certificates = [
    { what: "CA of the OpenZiti controller", pem: controller.ca },
    { what: "Client certificate at the OpenZiti controller", pem: controller.cert },
  ];
  const callers = mesh.extraCallers.flatMap(({ namespace, serviceAccount, service, expires }) =>
    expires === undefined ? [] : [[`${namespace}/${serviceAccount} may call ${service}`, expires]],
  );
  return {
    id: "expiry",
    title: "Expiry dates",
    empty: "Nothing in the configuration expires.",
    columns: ["What", "Last day (UTC)"],
    rows: [...certificates.flatMap(({ what, pem }) => (pem === undefined ? [] : [[what, lastDay(pem)]])), ...callers],
  };
}

const lastDay = (pem: string) => new Date(new X509Certificate(pem).validTo).toISOString().slice(0, 10);
