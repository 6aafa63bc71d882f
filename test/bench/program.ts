// One run of the production program under mocks: the subject of the start-up benchmark, measured from outside.
import { productionConfig, productionSecrets } from "../support/production-config";
import { registerProgram } from "../support/registrations";

void registerProgram("prod", productionConfig(), productionSecrets).then(({ registrations }) => {
  console.log(JSON.stringify({ resources: registrations.length, megabytes: process.resourceUsage().maxRSS / 1024 }));
});
