/** The part of `pg` that is used. */
declare module 'pg' {
  export class Client {
    constructor(options: { readonly connectionString: string; readonly application_name?: string });
    connect(): Promise<void>;
    query(sql: string, parameters?: readonly unknown[]): Promise<{ readonly rows: unknown[] }>;
    end(): Promise<void>;
  }
}
