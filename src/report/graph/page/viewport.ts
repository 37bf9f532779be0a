/** What of the drawing is seen, and how large. Wheels and drags move it, with Ctrl (or two fingers) a wheel zooms. */
export class Viewport {
  readonly #svg: SVGSVGElement;
  readonly #moved: () => void;
  #x = 0;
  #y = 0;
  #scale = 1;
  #drawing = { width: 1, height: 1 };

  constructor(svg: SVGSVGElement, moved: () => void) {
    this.#svg = svg;
    this.#moved = moved;
    svg.addEventListener('wheel', (event) => this.#wheel(event), { passive: false });
    this.#listenToDrags();
    new ResizeObserver(() => this.#show()).observe(svg);
  }

  get seen(): { x: number; y: number; width: number; height: number } {
    const { clientWidth, clientHeight } = this.#svg;
    return { x: this.#x, y: this.#y, width: clientWidth / this.#scale, height: clientHeight / this.#scale };
  }

  get scale(): number {
    return this.#scale;
  }

  setDrawing(width: number, height: number): void {
    this.#drawing = { width, height };
    this.#show();
  }

  fit(least = 0.05): boolean {
    const { width, height } = this.#drawing;
    const { clientWidth, clientHeight } = this.#svg;
    const whole = Math.min(clientWidth / width, clientHeight / height);
    this.#scale = Math.min(1.15, Math.max(least, whole));
    this.center(width / 2, height / 2);
    return whole >= least;
  }

  center(x: number, y: number): void {
    const { width, height } = this.seen;
    this.#x = x - width / 2;
    this.#y = y - height / 2;
    this.#show();
  }

  /** So that a point of the drawing stands where another one stood. */
  hold(x: number, y: number, was: { readonly x: number; readonly y: number }): void {
    this.#x = x - was.x;
    this.#y = y - was.y;
    this.#show();
  }

  /** Moves no further than it must. */
  reveal(x: number, y: number, width: number, height: number): void {
    const seen = this.seen;
    const room = 40 / this.#scale;
    if (x < seen.x + room || x + width > seen.x + seen.width - room) this.#x = x + width / 2 - seen.width / 2;
    if (y < seen.y + room || y + height > seen.y + seen.height - room)
      this.#y = y + height / 2 - seen.height / 2;
    this.#show();
  }

  zoom(factor: number, atX = this.#svg.clientWidth / 2, atY = this.#svg.clientHeight / 2): void {
    const scale = Math.min(3, Math.max(0.03, this.#scale * factor));
    this.#x += atX / this.#scale - atX / scale;
    this.#y += atY / this.#scale - atY / scale;
    this.#scale = scale;
    this.#show();
  }

  #wheel(event: WheelEvent): void {
    event.preventDefault();
    const step = event.deltaMode === 1 ? 24 : 1;
    if (event.ctrlKey || event.metaKey) {
      const box = this.#svg.getBoundingClientRect();
      this.zoom(Math.exp((-event.deltaY * step) / 300), event.clientX - box.left, event.clientY - box.top);
      return;
    }
    const [dx, dy] = event.shiftKey ? [event.deltaY, event.deltaX] : [event.deltaX, event.deltaY];
    this.#x += (dx * step) / this.#scale;
    this.#y += (dy * step) / this.#scale;
    this.#show();
  }

  #listenToDrags(): void {
    let last: { x: number; y: number } | undefined;
    this.#svg.addEventListener('pointerdown', (event) => {
      if (event.button === 0) last = { x: event.clientX, y: event.clientY };
    });
    this.#svg.addEventListener('pointermove', (event) => {
      if (!last || event.buttons !== 1) return;
      if (!this.#svg.hasPointerCapture(event.pointerId)) {
        if (Math.hypot(event.clientX - last.x, event.clientY - last.y) < 4) return;
        this.#svg.setPointerCapture(event.pointerId);
      }
      this.#x -= (event.clientX - last.x) / this.#scale;
      this.#y -= (event.clientY - last.y) / this.#scale;
      last = { x: event.clientX, y: event.clientY };
      this.#show();
    });
  }

  #show(): void {
    const { x, y, width, height } = this.seen;
    if (width === 0 || height === 0) return;
    this.#svg.setAttribute('viewBox', `${x} ${y} ${width} ${height}`);
    this.#svg.classList.toggle('far', this.#scale < 0.5);
    this.#moved();
  }
}
