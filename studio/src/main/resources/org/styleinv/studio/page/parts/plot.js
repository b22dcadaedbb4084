// Curves by uPlot, which is loaded when somebody looks. A legend says the newest values until one points at others.

const SHORT = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 3});
let loading = null;

/** The class of plots. */
export function load() {
  loading ??= new Promise((done, failed) => {
    const style = Object.assign(document.createElement('link'), {rel: 'stylesheet', href: import.meta.resolve('uplot.css')});
    const script = Object.assign(document.createElement('script'), {src: import.meta.resolve('uplot')});
    script.onload = () => done(globalThis.uPlot);
    script.onerror = () => { loading = null; failed(new Error('no uPlot')); };
    document.head.append(style, script);
  });
  return loading;
}

/** Options of one curve in the colours of the place where it is drawn; what `more` says counts. */
export function options(place, {name, height, across, ...more}) {
  const {color, borderTopColor} = getComputedStyle(place);
  const grid = {stroke: borderTopColor, width: 1};
  const axis = {stroke: getComputedStyle(place.parentElement).color, grid, ticks: grid, font: '11px system-ui', size: 48};
  const {series, ...rest} = more;
  return {
    width: 300,
    height,
    legend: {show: true, live: true},
    cursor: {y: false},
    hooks: {setLegend: [newest]},
    axes: [{...axis, size: 24, space: 60}, {...axis, space: 24, values: (_, ticks) => ticks.map(tick => SHORT.format(tick))}],
    series: [across ?? {}, {label: name, stroke: color, width: 1.5, spanGaps: true, ...series}],
    ...rest,
  };
}

/** Nobody points at a moment: the last that has a value. */
function newest(plot) {
  const [xs, ys] = plot.data;
  if (plot.cursor.left < 0 && xs.length) {
    let last = xs.length - 1;
    while (last > 0 && ys[last] == null) last--;
    plot.setLegend({idx: last}, false);
  }
}

/** Other values, and what the legend says of them. */
export function put(plot, data) {
  plot.setData(data);
  newest(plot);
}
