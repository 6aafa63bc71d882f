import * as Mocha from "mocha";

/** Mocha's `spec` output with the skipped cases named again and one closing line that scripts can read. */
export = class ClosingLineReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options);
    const skipped: string[] = [];
    runner.on(Mocha.Runner.constants.EVENT_TEST_PENDING, (test) => skipped.push(test.fullTitle()));
    runner.once(Mocha.Runner.constants.EVENT_RUN_END, () => {
      for (const title of skipped) console.log(`skipped: ${title}`);
      const { passes, failures } = this.stats;
      console.log(`${passes} passed, ${failures} failed, ${skipped.length} skipped`);
    });
  }
};
