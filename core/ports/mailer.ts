export interface Mail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Sends mail. Handed over is not yet delivered. */
export interface Mailer {
  /** `refused`: it will be the next time too, as for an address that is none. Errors: `unavailable` when another try may help. */
  send(mail: Mail): Promise<'sent' | 'refused'>;
}
