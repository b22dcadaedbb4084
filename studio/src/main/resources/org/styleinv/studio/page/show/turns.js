// The schedule of variants, NAME[,NAME@FRAME[+FRAMES]]...: who paints which frame.

/** The turns of a schedule: {name, from, over}, the first from 0. */
export function turns(text) {
  return text.split(',').map(part => {
    const [, name, from, over] = /^([^@]*)(?:@(\d+)(?:\+(\d+))?)?$/.exec(part) ?? [null, 'base'];
    return {name, from: Number(from ?? 0), over: Number(over ?? 0)};
  });
}

function text(list) {
  const kept = list.filter((turn, i) => i === 0 || turn.name !== list[i - 1].name);
  return kept.map((turn, i) => i === 0 ? turn.name
      : `${turn.name}@${turn.from}` + (turn.over ? `+${turn.over}` : '')).join(',');
}

/** How much of a variant is in every frame: 0 unless the schedule is a mixture with it. */
export function share(schedule, name) {
  const [, of, other] = /~([0-9.]+)~(.*)$/.exec(schedule) ?? [];
  return other === name ? Number(of) : 0;
}

/** The schedule with so much of a variant in every frame of the base. */
export function mix(name, of) {
  return of <= 0 ? 'base' : of >= 1 ? name : `base~${of}~${name}`;
}

/** Who paints a frame alone, or will when the fade there is over. */
export function at(schedule, index) {
  return turns(schedule).filter(turn => turn.from <= index).at(-1).name;
}

/**
 * The schedule that turns to a variant from a frame on, over some frames, whichever way the video runs. What was planned
 * beyond goes.
 */
export function turn(schedule, name, index, over, back) {
  if (schedule.includes('~')) return name; // a mixture takes no turns
  const all = turns(schedule);
  if (back) {
    const now = at(schedule, index);
    const begin = Math.max(1, index - over + 1);
    const later = all.filter(one => one.from > index);
    return text([{name, from: 0, over: 0}, {name: now, from: begin, over: Math.min(over, index + 1 - begin)}, ...later]);
  }
  const before = all.filter((one, i) => i === 0 || one.from < index);
  const last = before.at(-1);
  const from = Math.max(index, last.from + last.over, 1);
  if (index === 0 && over === 0) {
    return name;
  }
  return text([...before, {name, from, over}]);
}
