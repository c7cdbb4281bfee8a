/** Sums vitest's reports into the closing line of `npm test`. */

/**
 * Counts tests over all packages. What fails without a failing test counts as well, so that the
 * line never says `0 failed` of a run that failed: a test file that could not be loaded, a package
 * that left no report, and, where no test explains it, a check besides the tests.
 * @param {{ name: string, report: object | null }[]} packages
 * @param {string[]} failedChecks Names of the checks that failed.
 * @returns {{ passed: number, failed: number, skipped: number, notes: string[] }}
 */
export function sumTestReports(packages, failedChecks) {
  const summary = { passed: 0, failed: 0, skipped: 0, notes: [] };
  for (const { name, report } of packages) {
    if (report === null) {
      summary.failed += 1;
      summary.notes.push(`${name} left no test report: its tests did not run`);
      continue;
    }
    const unloaded = report.testResults.filter(
      (file) => file.status === 'failed' && file.assertionResults.length === 0,
    );
    for (const file of unloaded) summary.notes.push(`${name}: ${file.name} could not be loaded`);
    summary.passed += report.numPassedTests;
    summary.failed += report.numFailedTests + unloaded.length;
    summary.skipped += report.numPendingTests + report.numTodoTests;
  }
  for (const check of failedChecks) summary.notes.push(`failed: ${check}`);
  if (summary.failed === 0) summary.failed = failedChecks.length;
  return summary;
}

/** @param {{ passed: number, failed: number, skipped: number }} summary */
export function formatClosingLine({ passed, failed, skipped }) {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}
