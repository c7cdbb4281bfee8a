/** A question before something is lost. */

import { byId } from './elements.js';

/**
 * Asks; Escape is a no.
 * @param yes what the button that goes on says
 * @returns whether to go on
 */
export function ask(question: string, yes: string): Promise<boolean> {
  const dialog = byId<HTMLDialogElement>('ask');
  byId('ask-text').textContent = question;
  byId('ask-yes').textContent = yes;
  dialog.returnValue = 'no';
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
  });
}
