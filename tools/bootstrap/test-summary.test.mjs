import { describe, expect, it } from 'vitest';
import { formatClosingLine, sumTestReports } from './test-summary.mjs';

function report(passed, failed = 0, pending = 0, todo = 0, testResults = []) {
  return {
    numPassedTests: passed,
    numFailedTests: failed,
    numPendingTests: pending,
    numTodoTests: todo,
    testResults,
  };
}

describe('sumTestReports', () => {
  it('adds up the packages', () => {
    const packages = [
      { name: 'core', report: report(40, 1, 2) },
      { name: 'model', report: report(7, 2, 0, 3) },
    ];
    expect(sumTestReports(packages, [])).toEqual({ passed: 47, failed: 3, skipped: 5, notes: [] });
  });

  it('counts a test file that could not be loaded', () => {
    const files = [
      { name: 'broken.test.ts', status: 'failed', assertionResults: [] },
      { name: 'red.test.ts', status: 'failed', assertionResults: [{ status: 'failed' }] },
    ];
    const summary = sumTestReports([{ name: 'core', report: report(3, 1, 0, 0, files) }], []);
    expect(summary.failed).toBe(2);
    expect(summary.notes).toEqual(['core: broken.test.ts could not be loaded']);
  });

  it('counts a package without a report as failed', () => {
    const summary = sumTestReports([{ name: 'core', report: null }], []);
    expect(summary.failed).toBe(1);
    expect(summary.notes[0]).toContain('core left no test report');
  });

  it('never says that nothing failed when a check besides the tests did', () => {
    const packages = [{ name: 'core', report: report(3) }];
    expect(sumTestReports(packages, ['format'])).toMatchObject({ passed: 3, failed: 1 });
  });

  it('does not count a check again that a failing test explains', () => {
    const packages = [{ name: 'core', report: report(3, 2) }];
    expect(sumTestReports(packages, ['test']).failed).toBe(2);
  });
});

describe('formatClosingLine', () => {
  it('names skipped tests only when there are some', () => {
    expect(formatClosingLine({ passed: 5, failed: 0, skipped: 0 })).toBe('5 passed, 0 failed');
    expect(formatClosingLine({ passed: 5, failed: 1, skipped: 2 })).toBe(
      '5 passed, 1 failed, 2 skipped',
    );
  });
});
