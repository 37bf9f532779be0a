/** An element with attributes and children; a function is what a click does. */
export function make(
  name: string,
  attributes: Readonly<Record<string, string | (() => void) | undefined>> = {},
  ...children: readonly (Node | string)[]
): HTMLElement {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener('click', value);
    else if (value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children);
  return element;
}

export const button = (text: string, title: string, does: () => void): HTMLElement =>
  make('button', { type: 'button', title, 'aria-label': title, does }, text);
