/** What makes the page move; it runs in the reader's browser, and looks at the data in the page alone. */
export const SCRIPT = `
'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const byId = (id) => document.getElementById(id);
  const total = Math.max(1, data.frames.length);
  const NAMES = { s: 'the same', h: 'the same, at another time', d: 'different', m: 'missing', x: 'too much', o: 'beyond the edge' };
  const RANK = 'oshxmd';
  const COLOURS = { s: '--same', h: '--shifted', d: '--different', m: '--missing', x: '--extra', o: '--outside' };
  const frameOf = [];
  const stepOf = [];
  let frame = 0;
  for (const letter of data.frames) {
    frameOf.push(frame);
    if (letter !== 'x') { stepOf.push(frameOf.length - 1); frame++; }
  }
  stepOf.push(total);
  let current = -1;

  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

  function prepare(canvas, height) {
    const width = canvas.clientWidth;
    const ratio = window.devicePixelRatio || 1;
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = height + 'px';
    const context = canvas.getContext('2d');
    context.scale(ratio, ratio);
    context.clearRect(0, 0, width, height);
    return { context, width, height };
  }

  // The worst of what falls on one column is what it shows: one wrong frame in an hour must be seen.
  function columns(letters, width, draw) {
    const count = letters.length;
    const bars = Math.min(count, Math.floor(width));
    for (let i = 0; i < bars; i++) {
      const from = Math.floor((i * count) / bars);
      const to = Math.max(from + 1, Math.floor(((i + 1) * count) / bars));
      let worst = 'o';
      for (let k = from; k < to; k++) if (RANK.indexOf(letters[k]) > RANK.indexOf(worst)) worst = letters[k];
      const left = (i * width) / bars;
      draw(worst, left, width / bars, from, to);
    }
  }

  function drawFrames() {
    const { context, width, height } = prepare(byId('frames'), 56);
    columns(data.frames, width, (letter, left, size) => {
      context.fillStyle = colour(COLOURS[letter]);
      const wrong = letter !== 's' && letter !== 'o';
      const top = wrong ? 0 : height * 0.35;
      const gap = size > 4 ? 1 : 0;
      context.fillRect(left, top, Math.max(size - gap, wrong ? 2 : size - gap), height - top);
    });
    context.fillStyle = colour('--ink');
    context.font = '11px system-ui, sans-serif';
    for (const event of data.events) {
      const left = ((stepOf[event.at] ?? total) / total) * width;
      context.fillRect(left, 0, 1, height);
      context.fillText(event.name, Math.min(left + 3, width - context.measureText(event.name).width), 10);
    }
  }

  function drawSound() {
    const canvas = byId('sound');
    if (data.audio === '') { canvas.hidden = true; canvas.style.display = 'none'; return; }
    const { context, width, height } = prepare(canvas, 72);
    const middle = height / 2;
    const bar = (wave, from, to) => {
      let most = 0;
      for (let k = from; k < to; k++) most = Math.max(most, wave[k] || 0);
      return Math.max(1, (most / 100) * (middle - 2));
    };
    columns(data.audio, width, (letter, left, size, from, to) => {
      const wrong = letter !== 's' && letter !== 'o';
      if (wrong) {
        context.fillStyle = colour(COLOURS[letter]);
        context.globalAlpha = 0.25;
        context.fillRect(left, 0, Math.max(size, 1), height);
        context.globalAlpha = 1;
      }
      context.fillStyle = wrong ? colour(COLOURS[letter]) : colour('--wave');
      const wide = Math.max(1, size - (size > 4 ? 1 : 0));
      const up = data.waves.reference || data.waves.capture;
      const down = data.waves.capture || data.waves.reference;
      if (!up) { context.fillRect(left, wrong ? 6 : middle - 6, wide, wrong ? height - 12 : 12); return; }
      const a = bar(up, from, to);
      context.fillRect(left, middle - a, wide, a);
      context.fillRect(left, middle, wide, bar(down, from, to));
    });
    context.fillStyle = colour('--quiet');
    context.font = '11px system-ui, sans-serif';
    if (data.waves.reference && data.waves.capture) {
      context.fillText('reference', 3, 11);
      context.fillText('capture', 3, height - 4);
    } else context.fillText('sound', 3, 11);
  }

  function drawScenes() {
    const lane = byId('scenes');
    lane.textContent = '';
    for (const scene of data.scenes) {
      const span = document.createElement('span');
      const left = (stepOf[scene.from] ?? total) / total;
      const right = (stepOf[scene.to] ?? total) / total;
      span.style.left = left * 100 + '%';
      span.style.width = Math.max(0, right - left) * 100 + '%';
      span.textContent = scene.id;
      span.title = scene.id;
      lane.append(span);
    }
  }

  const clock = (frame) => {
    const ms = Math.round((frame * 1000) / data.fps);
    return Math.floor(ms / 60000) + ':' + String(Math.floor(ms / 1000) % 60).padStart(2, '0') + '.' + String(ms % 1000).padStart(3, '0');
  };

  function fill(id, url, why, box) {
    const frame = byId(id);
    frame.textContent = '';
    frame.classList.toggle('filled', Boolean(url));
    if (!url) {
      const note = document.createElement('p');
      note.textContent = why;
      frame.append(note);
      return;
    }
    const image = document.createElement('img');
    image.src = url;
    image.alt = byId('title').textContent + ', ' + id;
    frame.append(image);
    if (box) {
      const mark = document.createElement('div');
      mark.className = 'box';
      ['left', 'top', 'width', 'height'].forEach((side, i) => { mark.style[side] = box[i] * 100 + '%'; });
      frame.append(mark);
    }
  }

  function why(stop, side) {
    const letter = data.frames[stop.step];
    if (side === 'reference' && letter === 'x') return 'not in the reference';
    if (side === 'capture' && letter === 'm') return 'not in the capture';
    if (side === 'difference' && letter === 's') return 'none: it is the same';
    if (side === 'difference' && letter !== 'd') return 'nothing to compare it with';
    if (!stop.reference && !stop.capture) return 'no picture here: only the most different frames have one';
    return side === 'difference' ? 'needs both pictures, of one size' : 'only its hash is known';
  }

  function show(index, focus) {
    const stop = data.stops[index];
    if (!stop) return;
    current = index;
    byId('title').textContent = stop.title;
    byId('facts').textContent = stop.facts.join(' · ');
    byId('count').textContent = index + 1 + ' of ' + data.stops.length;
    for (const side of ['reference', 'capture', 'difference']) fill(side, stop[side], why(stop, side), stop.box);
    byId('previous').disabled = index === 0;
    byId('next').disabled = index === data.stops.length - 1;
    const cursor = byId('cursor');
    cursor.hidden = false;
    cursor.style.left = ((stop.step + 0.5) / total) * 100 + '%';
    const line = byId('timeline');
    line.setAttribute('aria-valuenow', String(index));
    line.setAttribute('aria-valuetext', stop.title);
    for (const button of byId('strip').children) {
      const here = button.dataset.stop === String(index);
      button.setAttribute('aria-current', String(here));
      if (here) byId('strip').scrollTo({ left: button.offsetLeft - byId('strip').clientWidth / 2 + 52 });
    }
  }

  function fillStrip() {
    data.stops.forEach((stop, i) => {
      const url = stop.capture || stop.reference;
      if (!url || data.stops.length < 2) return;
      const button = document.createElement('button');
      button.type = 'button';
      button.dataset.stop = String(i);
      const image = document.createElement('img');
      image.src = stop.difference || url;
      image.alt = '';
      button.append(image, stop.title);
      button.addEventListener('click', () => show(i));
      byId('strip').append(button);
    });
  }

  const stepAt = (event) => {
    const { left, width } = byId('timeline').getBoundingClientRect();
    return Math.min(total - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * total)));
  };

  function nearestStop(step) {
    let best = 0;
    data.stops.forEach((stop, i) => {
      if (Math.abs(stop.step - step) < Math.abs(data.stops[best].step - step)) best = i;
    });
    return best;
  }

  function listen() {
    const line = byId('timeline');
    line.addEventListener('click', (event) => show(nearestStop(stepAt(event))));
    line.addEventListener('pointermove', (event) => {
      const step = stepAt(event);
      const letter = data.frames[step];
      if (!letter) return;
      const number = frameOf[step] + data.firstFrame;
      const scene = data.scenes.find((s) => frameOf[step] >= s.from && frameOf[step] < s.to);
      byId('hover').textContent = 'frame ' + number + ', ' + clock(number) + (scene ? ', scene ' + scene.id : '') + ': ' + NAMES[letter];
    });
    line.addEventListener('pointerleave', () => { byId('hover').textContent = '\\u00a0'; });
    byId('previous').addEventListener('click', () => show(current - 1));
    byId('next').addEventListener('click', () => show(current + 1));
    const KEYS = { ArrowLeft: () => current - 1, ArrowRight: () => current + 1, Home: () => 0, End: () => data.stops.length - 1 };
    document.addEventListener('keydown', (event) => {
      const go = KEYS[event.key];
      if (!go || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
      event.preventDefault();
      show(go());
    });
  }

  function draw() { drawScenes(); drawFrames(); drawSound(); }
  fillStrip();
  listen();
  draw();
  addEventListener('resize', draw);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
  if (data.stops.length === 0) {
    byId('title').textContent = 'There is no frame to show';
    byId('previous').disabled = byId('next').disabled = true;
    for (const side of ['reference', 'capture', 'difference']) fill(side, undefined, 'no picture', undefined);
  }
  const worst = data.stops.findIndex((stop) => stop.capture || stop.reference);
  show(worst < 0 ? 0 : worst);
})();
`;
