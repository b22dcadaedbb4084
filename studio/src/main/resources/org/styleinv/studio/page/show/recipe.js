// What is shown, as plain data and as text: a link, an address, a start on the wire.

/** The timeline ends here; addresses go on to 2^53. */
export const LAST = 1e12;
export const MOST_TILES = 9;
/** Another face's layers begin here unless it is said, pixels. */
export const MIX_FROM = 16;

const SEED = /^-?[0-9]{1,19}$/;
const FACE = /^[A-Za-z0-9_-]{2,2732}$/;
const LOOKS = /^[a-z0-9_,@+.~-]{1,2000}$/;
const EDITS = /^[a-z0-9_:.,@+/-]{1,1000}$/;
const MIX = /^(-?[0-9]{1,18})@([0-9]{1,4})$/;
const MODEL = /^[0-9a-f]{64}$/;

export function fresh() {
  return {tiles: [{seed: '7', motion: '0'}], looks: 'base', edits: '', mix: '', step: 1, back: false, psi: 1, fps: 30, at: 0, model: ''};
}

/** A tile as text: seed.7.0 or face.ID.0, the motion's seed last. */
function tileText(tile) {
  return (tile.face ? `face.${tile.face}` : `seed.${tile.seed}`) + `.${tile.motion}`;
}

function tileOf(text) {
  const [kind, id, motion, ...more] = text.split('.');
  if (more.length || !SEED.test(motion ?? '')) {
    return null;
  }
  if (kind === 'seed' && SEED.test(id)) {
    return {seed: id, motion};
  }
  return kind === 'face' && FACE.test(id) ? {face: id, motion} : null;
}

const between = (value, least, most, otherwise) => {
  const number = Number(value);
  return value !== null && value !== '' && number >= least && number <= most ? number : otherwise;
};

/** The recipe of a link's fragment; what is wrong in it is as in a fresh one. */
export function parse(fragment) {
  const given = new URLSearchParams(fragment.replace(/^#/, ''));
  const recipe = fresh();
  const tiles = given.getAll('tile').slice(0, MOST_TILES).map(tileOf).filter(Boolean);
  if (tiles.length) {
    recipe.tiles = tiles;
  }
  if (LOOKS.test(given.get('looks') ?? '')) {
    recipe.looks = given.get('looks');
  }
  if (EDITS.test(given.get('edits') ?? '')) {
    recipe.edits = given.get('edits');
  }
  if (MIX.test(given.get('mix') ?? '')) {
    recipe.mix = given.get('mix');
  }
  const step = between(given.get('step'), -1024, 1024, 1) || 1;
  recipe.step = Math.abs(step);
  recipe.back = step < 0;
  recipe.psi = between(given.get('psi'), -2, 2, 1);
  recipe.fps = between(given.get('fps'), 1, 60, 30);
  recipe.at = Math.floor(between(given.get('at'), 0, LAST, 0));
  recipe.model = MODEL.test(given.get('model') ?? '') ? given.get('model') : '';
  return recipe;
}

/** The fragment from which {@link parse} makes the same recipe. */
export function fragment(recipe) {
  const text = new URLSearchParams();
  recipe.tiles.forEach(tile => text.append('tile', tileText(tile)));
  const put = (name, value, usual) => value !== usual && text.set(name, value);
  put('looks', recipe.looks, 'base');
  put('edits', recipe.edits, '');
  put('mix', recipe.mix, '');
  put('step', recipe.back ? -recipe.step : recipe.step, 1);
  put('psi', recipe.psi, 1);
  put('fps', recipe.fps, 30);
  put('at', recipe.at, 0);
  put('model', recipe.model, '');
  return '#' + text;
}

/** The parameters of one tile's video, as the studio's addresses have them. */
export function video(recipe, number) {
  const tile = recipe.tiles[number];
  const all = tile.face ? {face: tile.face} : {seed: tile.seed};
  if (tile.motion !== '0') all.motion_seed = tile.motion;
  if (recipe.looks !== 'base') all.variant = recipe.looks;
  if (recipe.edits) all.edits = recipe.edits;
  const other = mix(recipe.mix);
  if (other) {
    all.mix_seed = other.seed;
    if (other.from !== MIX_FROM) all.mix_from = other.from;
  }
  if (recipe.back || recipe.step !== 1) all.time_step = recipe.back ? -recipe.step : recipe.step;
  if (!tile.face && recipe.psi !== 1) all.truncation_psi = recipe.psi;
  if (recipe.model) all.model = recipe.model;
  return all;
}

/** The strengths in `smile:1.5/age:-1`, by direction. */
export function edits(text) {
  return new Map(text ? text.split('/').map(part => part.split(':', 2)) : []);
}

/** The other face of `9@32` and where its layers begin; null for none. */
export function mix(text) {
  const found = MIX.exec(text);
  return found ? {seed: found[1], from: Number(found[2])} : null;
}

/** The text of strengths. */
export function editsText(strengths) {
  return [...strengths].map(([name, strength]) => `${name}:${strength}`).join('/');
}

/** The address of one frame. */
export function frame(recipe, number, index, ending) {
  const all = video(recipe, number);
  if (all.time_step < 0) all.time_step = -all.time_step; // the same frame
  return `/v1/frames/${index}.${ending}?` + new URLSearchParams(all);
}

/** The address of a stretch of video. */
export function stretch(recipe, number, ending, frames) {
  const all = {...video(recipe, number), first_index: recipe.at, frames, fps: recipe.fps, pace: 'fast'};
  return `/v1/streams.${ending}?` + new URLSearchParams(all);
}

/** A seed that nobody has had. */
export function chance() {
  return String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000);
}

/** What a tile is called. */
export function name(tile) {
  return (tile.face ? 'your picture' : `seed ${tile.seed}`) + `, motion ${tile.motion}`;
}
