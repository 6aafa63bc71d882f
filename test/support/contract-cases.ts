import { ContractApi, ContractCase, ContractTarget } from "./contract-api";
import { configCases } from "./contract-configs";
import { identityCases } from "./contract-identities";
import { listCases } from "./contract-lists";
import { policyCases } from "./contract-policies";
import { routerCases } from "./contract-routers";
import { serviceCases } from "./contract-services";
import { sessionCases } from "./contract-sessions";
import { trustCases } from "./contract-trust";
import { OpenApi, hasOpenApi } from "./openapi";

/** Behaviours that the double and the real controller share, by subject. */
export const contractCases: Record<string, readonly ContractCase[]> = {
  sessions: sessionCases,
  services: serviceCases,
  configs: configCases,
  policies: policyCases,
  identities: identityCases,
  "edge routers": routerCases,
  trust: trustCases,
  lists: listCases,
};

/** Declares one test per behaviour. `target` is asked when the tests run; every answer is held against the API description. */
export function describeContract(target: () => ContractTarget): void {
  for (const [subject, cases] of Object.entries(contractCases)) {
    describe(subject, () => {
      for (const { title, run } of cases) {
        it(title, async () => {
          const api = new ContractApi(target(), hasOpenApi ? OpenApi.load() : undefined);
          await api.logIn();
          try {
            await run(api);
          } finally {
            await api.cleanUp();
          }
        });
      }
    });
  }
}
