import type { IncomingMessage, ServerResponse } from 'node:http';

/** Of a body that nobody wants, so much is read: whoever sends it must be able to read the answer first. */
const MAX_DISCARDED = 64 * 1024 * 1024;

/** Short answers in plain text. */
export function answer(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const body = Buffer.from(text.endsWith('\n') ? text : `${text}\n`);
  response.writeHead(status, {
    'Content-Type': 'text/plain; charset=utf-8',
    'Content-Length': body.length,
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  if (!request.complete) discard(request);
}

/** The same to somebody who is not worth waiting for. */
export function dismiss(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  text: string,
): void {
  response.setHeader('Connection', 'close');
  answer(request, response, status, text);
}

function discard(request: IncomingMessage): void {
  let left = MAX_DISCARDED;
  request.removeAllListeners('data');
  request.on('data', (piece: Buffer) => {
    left -= piece.length;
    if (left < 0) request.destroy();
  });
  request.resume();
}
