import type { Layout } from '../layout.ts';
import type { Viewport } from './viewport.ts';

/** The whole in small, with a frame around what is seen; a click goes there. */
export class MiniMap {
  readonly element = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  readonly #viewport: Viewport;
  #whole = { width: 1, height: 1 };

  constructor(viewport: Viewport) {
    this.#viewport = viewport;
    this.element.setAttribute('class', 'map');
    this.element.setAttribute('aria-hidden', 'true');
    this.element.addEventListener('click', ({ offsetX, offsetY }) => {
      const { clientWidth, clientHeight } = this.element;
      const { width, height } = this.#whole;
      const scale = Math.min(clientWidth / width, clientHeight / height);
      viewport.center(
        (offsetX - (clientWidth - width * scale) / 2) / scale,
        (offsetY - (clientHeight - height * scale) / 2) / scale,
      );
    });
  }

  draw({ boxes, width, height }: Layout): void {
    this.#whole = { width, height };
    this.element.setAttribute('viewBox', `0 0 ${width} ${height}`);
    const small = boxes.map(
      (box) =>
        `<rect class="${box.critical ? 'critical' : ''}" x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}"/>`,
    );
    this.element.innerHTML = `${small.join('')}<rect class="seen"/>`;
  }

  follow(): void {
    const { x, y, width, height } = this.#viewport.seen;
    const frame = this.element.querySelector('.seen');
    for (const [name, value] of Object.entries({ x, y, width, height }))
      frame?.setAttribute(name, String(value));
    const all = x <= 0 && y <= 0 && x + width >= this.#whole.width && y + height >= this.#whole.height;
    this.element.classList.toggle('idle', all);
  }
}
