/** Ends the guest from wherever it is. */
export class Leave extends Error {
  readonly status: number;
  constructor(status: number, message = '') {
    super(message);
    this.status = status;
  }
}

export const fail = (message: string): never => {
  throw new Leave(70, message);
};
