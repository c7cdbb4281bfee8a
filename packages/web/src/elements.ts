/** Parts of the page by their ids, and small pieces made for it. */

/** The element of an id; the page's HTML has to have it. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`the page has no element #${id}`);
  return found as T;
}

/** Calls back on a click. */
export function onClick(id: string, listener: () => unknown): void {
  byId(id).addEventListener('click', () => void listener());
}

/** Writes a text where it changed: what did not change is not read out again. */
export function write(id: string, text: string): void {
  const element = byId(id);
  if (element.textContent !== text) element.textContent = text;
}

/** Gives a button one of the page's icons and its text. */
export function labelButton(id: string, icon: 'run' | 'pause' | 'stop', text: string): void {
  byId(id).querySelector('use')!.setAttribute('href', `#i-${icon}`);
  write(`${id}-text`, text);
}

/** Says in the bar above all views what was done. */
export function say(text: string): void {
  write('status', text);
  byId('status').classList.remove('problem');
}

/** Says what is wrong beside a control, and in the bar, which is in sight; an empty text clears both. */
export function complain(id: string, text: string): void {
  const element = byId(id);
  const before = element.textContent;
  write(id, text);
  element.hidden = text === '';
  const status = byId('status');
  if (text !== '') {
    write('status', text);
    status.classList.add('problem');
  } else if (before !== '' && status.textContent === before) say('');
}

/** Calls `draw` once before the next frame, however often it was asked for. */
export function onceAFrame(draw: () => void): () => void {
  let isAsked = false;
  return () => {
    if (isAsked) return;
    isAsked = true;
    requestAnimationFrame(() => {
      isAsked = false;
      draw();
    });
  };
}
