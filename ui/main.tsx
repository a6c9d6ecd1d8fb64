import { render } from 'preact';
import { Page } from './page.tsx';
import { followServer } from './server-line.ts';

const place = document.getElementById('page');
if (place === null) throw new Error('the page has no place');
place.replaceChildren();
render(<Page />, place);
followServer();
