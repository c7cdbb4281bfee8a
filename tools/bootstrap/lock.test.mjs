import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { withLock } from './lock.mjs';

describe('withLock', () => {
  let folder;
  let path;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
    path = join(folder, 'new/bootstrap.lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('lets one work at a time and tells the other that it waits', async () => {
    const events = [];
    const work = (name) => async () => {
      events.push(`${name} begins`);
      await sleep(30);
      events.push(`${name} ends`);
    };
    await Promise.all([
      withLock(path, () => events.push('a waits'), work('a'), 5),
      withLock(path, () => events.push('b waits'), work('b'), 5),
    ]);
    expect(events).toEqual(['a begins', 'b waits', 'a ends', 'b begins', 'b ends']);
  });

  it('gives the lock back when the work fails', async () => {
    const failing = withLock(
      path,
      () => {},
      () => Promise.reject(new Error('no disk')),
    );
    await expect(failing).rejects.toThrow('no disk');
    expect(existsSync(path)).toBe(false);
  });

  it('takes over the lock of a process that is gone', async () => {
    await withLock(
      path,
      () => {},
      async () => {},
    );
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(path, `${pid}\n`);
    expect(
      await withLock(
        path,
        () => {},
        async () => 'done',
      ),
    ).toBe('done');
  });
});
