// Begins: puts the parts in place and starts what the link says.

import './parts/status.js';
import './parts/stage.js';
import './parts/transport.js';
import './parts/timeline.js';
import './parts/source.js';
import './parts/looks.js';
import './parts/changes.js';
import './parts/mixture.js';
import './parts/save.js';
import './parts/broadcasts.js';
import './parts/curves.js';
import './parts/keys.js';
import {ask} from './show/api.js';
import {show} from './show/show.js';

await document.querySelector('studio-stage').updateComplete; // canvases for the first frames
show.begin(show.recipe);
show.list();
if (!matchMedia('(prefers-reduced-motion: reduce)').matches) {
  show.play();
}
ask('/v1/runs').then(({on}) => { document.querySelector('.tabs').hidden = !on; }, () => {}); // no tab is no trouble
