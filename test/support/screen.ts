/** A terminal in small: what a view writes ends up as rows, as in one that wraps and reflows. */
export class Screen {
  columns: number;
  /** Rows from the first ever written; `wrapped`: it goes on with the one before. */
  #rows: { text: string; wrapped: boolean }[] = [{ text: '', wrapped: false }];
  #row = 0;
  #column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  /** Every line that is there, those scrolled away included; rows that belong together are one. */
  get lines(): string[] {
    const lines: string[] = [];
    for (const { text, wrapped } of this.#rows) {
      if (wrapped) lines.push(`${lines.pop() ?? ''}${text}`);
      else lines.push(text);
    }
    return lines.map((line) => line.trimEnd());
  }

  write(text: string): void {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's own
    for (const [part, csi, amount, name] of text.matchAll(/(\u001b\[\??(\d*(?:;\d+)*)([A-Za-z]))|./gsu)) {
      if (csi !== undefined) this.#control(name ?? '', Number(amount || '0'), csi);
      else if (part === '\n') this.#feed();
      else if (part === '\r') this.#column = 0;
      else this.#put(part);
    }
  }

  /** Lines that were wrapped are wrapped anew. */
  resize(columns: number): void {
    let before = 0;
    let line = -1;
    const logical: string[] = [];
    this.#rows.forEach(({ text, wrapped }, i) => {
      if (!wrapped) logical.push('');
      if (i === this.#row) {
        line = logical.length - 1;
        before = (logical[line] ?? '').length + this.#column;
      }
      logical[logical.length - 1] += text;
    });
    this.columns = columns;
    this.#rows = [];
    logical.forEach((text, i) => {
      if (i === line) {
        // At the end of a full row the cursor waits there for what comes next.
        const full = before > 0 && before >= text.length && before % columns === 0 ? 1 : 0;
        this.#row = this.#rows.length + Math.floor(before / columns) - full;
        this.#column = full === 1 ? columns : before % columns;
      }
      for (let at = 0; at === 0 || at < text.length; at += columns)
        this.#rows.push({ text: text.slice(at, at + columns), wrapped: at > 0 });
    });
  }

  #put(char: string): void {
    if (this.#column === this.columns) {
      this.#row++;
      this.#column = 0;
      this.#rows[this.#row] = { text: this.#rows[this.#row]?.text ?? '', wrapped: true };
    }
    const row = this.#rows[this.#row] ?? { text: '', wrapped: false };
    this.#rows[this.#row] = {
      ...row,
      text: `${row.text.slice(0, this.#column).padEnd(this.#column)}${char}${row.text.slice(this.#column + 1)}`,
    };
    this.#column++;
  }

  #feed(): void {
    this.#row++;
    this.#column = 0;
    this.#rows[this.#row] ??= { text: '', wrapped: false };
  }

  #control(name: string, amount: number, csi: string): void {
    const row = this.#rows[this.#row] ?? { text: '', wrapped: false };
    if (name === 'A') this.#row = Math.max(0, this.#row - Math.max(1, amount));
    else if (name === 'K' || name === 'J') {
      this.#rows[this.#row] = { ...row, text: row.text.slice(0, this.#column) };
      if (name === 'J') this.#rows.length = this.#row + 1;
    } else if (name !== 'm' && name !== 'h' && name !== 'l') throw new Error(`not known here: ${csi}`);
  }
}
