import { X509Certificate } from "node:crypto";
import type { Model } from "../../access/model/model";
import { dnsRecords, publicSurface } from "../../access/model/public-surface";
import type { Settings } from "../../config/settings";
import type { Table } from "./report-data";

/** Everything the report says in plain tables: differences, public surface, DNS records, expiry dates. */
export function toTables(model: Model, settings: Settings, changes: readonly string[] | undefined): readonly Table[] {
  return [
    ...(changes === undefined ? [] : [changesTable(changes)]),
    surfaceTable(model),
    recordsTable(model),
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

function surfaceTable(model: Model): Table {
  return {
    id: "surface",
    title: "Public surface",
    empty: "Nothing is reachable from outside.",
    columns: ["Host", "Port", "Answers", "Because"],
    rows: publicSurface(model).map(({ host, port, answers, because }) => [host, String(port), answers, because]),
  };
}

function recordsTable(model: Model): Table {
  return {
    id: "dns",
    title: "Public DNS records",
    empty: "Public DNS carries nothing.",
    columns: ["Name", "Type", "Target"],
    rows: dnsRecords(model).map(({ name, type, target }) => [name, type, target]),
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
