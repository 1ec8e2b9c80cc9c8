export interface Config {
  auth?: {
    providers?: {
      /**
       * DEMO ONLY: choose a person on the sign-in page, no password. Whoever
       * reaches the portal can be any of these people. The backend warns of it
       * at every start, and refuses to start with it unless
       * `backend.listen.host` is a loopback address.
       *
       * @deepVisibility frontend
       */
      demo?: {
        /** The only people who can be chosen. */
        people: Array<{
          /** Entity ref of a user in the catalog. */
          user: string;
          /** Name on the sign-in page. */
          name: string;
          /** What this person may do, in a sentence. */
          role: string;
        }>;
      };
    };
  };

  demo?: {
    /**
     * Where the sample algorithms listen; replaces `http://127.0.0.1:7081` in
     * the endpoints of `examples/`.
     */
    algorithmsUrl?: string;
  };
}
