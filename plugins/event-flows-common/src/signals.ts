/**
 * The channel of Backstage's signals on which the backend says that something
 * about queues has changed. The messages say nothing else: whoever hears one
 * asks for what they may see.
 *
 * @public
 */
export const EVENT_FLOWS_SIGNALS_CHANNEL = 'event-flows';
