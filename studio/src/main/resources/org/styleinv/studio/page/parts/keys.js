// The keyboard, where no field or button has it.

import {show} from '../show/show.js';

const SECOND = 30;

const KEYS = {
  ' ': () => show.toggle(),
  k: () => show.toggle(),
  ArrowLeft: event => show.step(event.shiftKey ? -SECOND : -1),
  ArrowRight: event => show.step(event.shiftKey ? SECOND : 1),
  j: () => show.step(-SECOND),
  l: () => show.step(SECOND),
  r: () => show.turnRound(),
  Home: () => show.seek(0),
};

addEventListener('keydown', event => {
  const key = KEYS[event.key];
  const busy = event.target.closest?.('input, select, button, textarea, summary, dialog, a, [role=slider]');
  if (key && !busy && !event.ctrlKey && !event.metaKey && !event.altKey) {
    event.preventDefault();
    key(event);
  }
});
