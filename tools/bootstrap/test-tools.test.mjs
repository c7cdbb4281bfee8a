import { describe, expect, it } from 'vitest';
import {
  findTestTools,
  listMissingPackages,
  listSkipped,
  prepareTestTools,
} from './test-tools.mjs';

const having =
  (...programs) =>
  (path) =>
    programs.includes(path);

describe('findTestTools', () => {
  it('searches the PATH in order of the programs, not of the folders', () => {
    const found = findTestTools(
      { PATH: '/a:/b' },
      having('/a/google-chrome', '/b/chromium', '/b/bgolly', '/a/redis-server'),
      having(),
    );
    expect(found).toEqual({
      CHROME_PATH: '/b/chromium',
      BGOLLY_PATH: '/b/bgolly',
      REDIS_PATH: '/a/redis-server',
    });
  });

  it('prefers the browser of CHROME_PATH', () => {
    const env = { PATH: '/a', CHROME_PATH: '/opt/mine' };
    expect(findTestTools(env, having('/opt/mine', '/a/chromium'), having()).CHROME_PATH).toBe(
      '/opt/mine',
    );
  });

  it('searches on when CHROME_PATH names no program', () => {
    const env = { PATH: '/a', CHROME_PATH: '/gone' };
    expect(findTestTools(env, having('/a/chromium')).CHROME_PATH).toBe('/a/chromium');
  });

  it('finds the software GPU where there is a loader for it, unless another is given', () => {
    const icd = '/usr/lib/chromium/vk_swiftshader_icd.json';
    const loader = '/usr/lib/x86_64-linux-gnu/libvulkan.so.1';
    expect(findTestTools({}, having(), having(icd, loader))).toEqual({ VK_ICD_FILENAMES: icd });
    expect(findTestTools({}, having(), having(icd))).toEqual({});
    const given = findTestTools({ VK_ICD_FILENAMES: '/mine.json' }, having(), having(icd, loader));
    expect(given).toEqual({ VK_ICD_FILENAMES: '/mine.json' });
  });

  it('knows where macOS keeps its browsers', () => {
    const path = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
    expect(findTestTools({}, having(path), having())).toEqual({ CHROME_PATH: path });
  });
});

describe('listMissingPackages', () => {
  it('names the packages of what is missing, and none when nothing is', () => {
    expect(listMissingPackages({})).toEqual(['chromium', 'golly', 'redis-server', 'libvulkan1']);
    expect(
      listMissingPackages({ CHROME_PATH: '/a/chromium', REDIS_PATH: '/a/redis-server' }),
    ).toEqual(['golly', 'libvulkan1']);
    expect(
      listMissingPackages({
        CHROME_PATH: '/a',
        BGOLLY_PATH: '/b',
        REDIS_PATH: '/d',
        VK_ICD_FILENAMES: '/c',
      }),
    ).toEqual([]);
  });
});

describe('prepareTestTools', () => {
  it('installs nothing that was not asked for', async () => {
    const said = [];
    const env = { PATH: '/nowhere', CHROME_PATH: '/gone' };
    const tools = await prepareTestTools(env, (line) => said.push(line), false);
    expect(tools.REDIS_PATH).toBeUndefined();
    expect(said).toEqual([]);
  });
});

describe('listSkipped', () => {
  it('says what each missing program is for, and nothing where all are there', () => {
    const lines = listSkipped({ CHROME_PATH: '/a/chromium' });
    expect(lines.map((line) => /^skipped: ([\w ]+)/.exec(line)[1])).toEqual([
      'comparisons with Golly ',
      'tests of the queue ',
      'tests of WebGPU in Node ',
    ]);
    const all = { CHROME_PATH: 'a', BGOLLY_PATH: 'b', REDIS_PATH: 'c', VK_ICD_FILENAMES: 'd' };
    expect(listSkipped(all)).toEqual([]);
  });
});
