/** The report as one HTML page that needs nothing but itself. */

import type { ComparisonRow } from './comparison.js';
import type { Figure } from './figure.js';
import type { RunFigures } from './figures/arar.js';
import { PAPER } from './paper.js';
import type { ReportData } from './report-data.js';
import type { Section } from './sections.js';

/** A run with its animation. */
export interface ShownRun extends RunFigures {
  /** A GIF: truth, prediction and difference. */
  readonly animation: Uint8Array;
}

/** What stands on the page. */
export interface PageParts {
  readonly data: ReportData;
  readonly rows: readonly ComparisonRow[];
  readonly sections: readonly Section[];
  readonly runs: readonly ShownRun[];
}

/** Writes the page. */
export function writePage({ data, rows, sections, runs }: PageParts): string {
  const names = data.models.map(({ name }) => name);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>LifeGPT: ${escapeHtml(names.join(', '))}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>LifeGPT: ${escapeHtml(names.join(', '))}</h1>
<p>${data.date}; ${escapeHtml(data.machine)}; ${formatSeconds(data.evaluation.seconds)} of evaluation.
The truth is the SIMD engine’s, which the models never see.</p>
${writeContradictions(data)}
</header>
<main>
<section><h2>Ours and the paper’s</h2>
${writeTable(rows, names)}
<p class="note">Paper: ${escapeHtml(PAPER.source)}. A number of ours is what this evaluation counted; the last column says
in what the settings differ.</p></section>
${sections.map(({ title, figures }) => `<section><h2>${escapeHtml(title)}</h2><div class="figures">${figures.map(writeFigure).join('')}</div></section>`).join('\n')}
${runs.length === 0 ? '' : writeRuns(runs)}
</main>
</body>
</html>
`;
}

function writeContradictions({ evaluation }: ReportData): string {
  const found = evaluation.oneStep.flatMap(({ contradictions }) => contradictions);
  if (found.length === 0) return '';
  const rows = found.slice(0, 20).map(({ row }) => row);
  return `<p>${found.length === 1 ? '1 row contradicts its rule and was' : `${found.length} rows contradict their rule and were`} left out: ${rows.join(', ')}${found.length > 20 ? ', …' : ''}.</p>`;
}

function writeTable(rows: readonly ComparisonRow[], names: readonly string[]): string {
  const head = ['', ...names, 'paper', 'settings that differ'];
  const body = rows.map(({ what, ours, paper, differs }) => {
    const cells = [
      ...ours.map((text, i) => [names[i]!, text]),
      ['paper', paper],
      ['differs', differs],
    ];
    return `<tr><th scope="row">${escapeHtml(what)}</th>${cells
      .map(([label, text]) => `<td data-label="${escapeHtml(label!)}">${escapeHtml(text!)}</td>`)
      .join('')}</tr>`;
  });
  return `<table><thead><tr>${head.map((text) => `<th scope="col">${escapeHtml(text)}</th>`).join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

function writeFigure({ title, caption, svg, legend = [] }: Figure): string {
  const keys = legend.map(
    ({ label, color }) => `<li><span style="background:${color}"></span>${escapeHtml(label)}</li>`,
  );
  return `<figure><h3>${escapeHtml(title)}</h3>${keys.length === 0 ? '' : `<ul class="legend">${keys.join('')}</ul>`}${svg}<figcaption>${escapeHtml(caption)}</figcaption></figure>`;
}

function writeRuns(runs: readonly ShownRun[]): string {
  const heads = new Map<string, ShownRun[]>();
  for (const shown of runs) {
    const { model, data, temperature, seed, steps } = shown.run;
    const sampled = temperature === 0 ? '' : `, temperature ${temperature}, seed ${seed}`;
    const head = `${model} on ${data}: ${steps.toLocaleString('en')} autoregressive steps${sampled}`;
    heads.set(head, [...(heads.get(head) ?? []), shown]);
  }
  return [...heads]
    .map(
      ([head, group]) => `<section><h2>${escapeHtml(head)}</h2>
<p class="note">Each board: wrong cells against generations, the board at the end (wrong cells orange), and the first
generations as truth, prediction and difference.</p>
<div class="runs">${group.map(writeRun).join('')}</div></section>`,
    )
    .join('\n');
}

function writeRun({ run, curve, board, animation }: ShownRun): string {
  const gif = Buffer.from(animation).toString('base64');
  return `<article><h3>${escapeHtml(run.name)}</h3><p class="note">${escapeHtml(curve.caption)}</p>${curve.svg}
<div class="boards"><div class="end">${board.svg}</div><img alt="${escapeHtml(run.name)}: truth, prediction and difference" src="data:image/gif;base64,${gif}"></div></article>`;
}

function formatSeconds(seconds: number): string {
  return seconds < 120 ? `${seconds.toFixed(0)} s` : `${(seconds / 60).toFixed(1)} min`;
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

const STYLE = `
:root { color-scheme: light dark; --text: #1f2937; --soft: #5b6472; --page: #fcfcfa; --card: #fff; --line: #d9dce1 }
@media (prefers-color-scheme: dark) { :root { --text: #e6e8eb; --soft: #a3abb7; --page: #14171c; --card: #1b1f26; --line: #363c46 } }
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 1200px; padding: 1rem; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: .5rem 0 } h2 { font-size: 1.25rem; margin: 2rem 0 .75rem } h3 { font-size: 1rem; margin: 0 0 .5rem }
p { margin: .4rem 0 } .note, figcaption { color: var(--soft); font-size: .875rem }
.figures, .runs { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)) }
.runs { grid-template-columns: repeat(auto-fit, minmax(min(100%, 350px), 1fr)) }
figure, article { margin: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; min-width: 0 }
svg { display: block; width: 100%; height: auto; max-width: 560px }
figcaption { margin-top: .5rem }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0 0 .5rem; padding: 0; font-size: .875rem }
.legend span { display: inline-block; width: .8em; height: .8em; margin-right: .4em; border-radius: .15em }
.boards { display: grid; grid-template-columns: 1fr 3fr; gap: .5rem; align-items: center }
.boards img { width: 100%; image-rendering: pixelated; border-radius: .25rem }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th, td { text-align: left; vertical-align: top; padding: .45rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere }
thead th { color: var(--soft); font-weight: 600 } tbody th { font-weight: 500 }
@media (max-width: 700px) {
  thead { display: none } tr { display: block; padding: .5rem 0; border-bottom: 1px solid var(--line) }
  th, td { display: block; border: 0; padding: .1rem 0 } tbody th { font-weight: 600 }
  td:empty { display: none } td::before { content: attr(data-label) ': '; color: var(--soft) }
}`;
