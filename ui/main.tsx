import { effect } from '@preact/signals';
import { render } from 'preact';
import { snapshot } from './edge-state.ts';
import { Page } from './page.tsx';
import { tellPresence } from './presence.ts';
import { followServer } from './server-line.ts';
import { startClock } from './time-span.ts';

const place = document.getElementById('page');
if (place === null) throw new Error('the page has no place');
place.replaceChildren();
render(<Page />, place);
effect(() => {
  // Several edges may be open, each in a tab.
  if (snapshot.value !== undefined) document.title = `${snapshot.value.topology.edge}: evenkeel`;
});
startClock();
followServer();
tellPresence();
