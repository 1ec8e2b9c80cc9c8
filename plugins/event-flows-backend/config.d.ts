export interface Config {
  /** Event Flows: Kafka records to versions of algorithms. */
  eventFlows?: {
    /**
     * Entity refs of the users and groups that administer connections and
     * access where `permission.enabled` is not true. With the permission
     * framework switched on its policy decides, and this list is not used.
     */
    administrators?: string[];

    brokers?: {
      /**
       * The brokers that may be dialled: `host:port`, where the host can be a
       * name, `*.suffix`, an address or a CIDR range, and the port `*`.
       * Nothing else is dialled; without this list, nothing is. Loopback,
       * link-local, multicast and cloud metadata addresses must be named
       * exactly.
       */
      allow?: string[];
      /**
       * The brokers that a password may be sent to in plain text (SASL PLAIN
       * without TLS): `host:port`, each part can be `*`, the host `*.suffix`.
       * Compared with the names that brokers are dialled by: as they were
       * entered, and as the cluster advertises them. Default: none.
       */
      allowPlaintextPasswords?: string[];
    };

    endpoints?: {
      /**
       * URL prefixes below which the endpoints of algorithm versions must be.
       * Nothing else is called; without this list, nothing is.
       */
      allow?: string[];
      /** What the endpoints below a prefix are sent to know the portal. */
      credentials?: Array<{
        /** URL prefix; the longest one that fits is used. */
        prefix: string;
        /**
         * Headers of each request.
         *
         * @visibility secret
         */
        headers: { [name: string]: string };
      }>;
      /** Names of record headers that are passed on to endpoints. Default: none. */
      forwardHeaders?: string[];
    };

    secrets?: {
      /**
       * Keys for the passwords and client keys of connections. The first one
       * encrypts, all of them decrypt. Needed as soon as a connection has a
       * secret. How to change keys: docs/keys.md.
       */
      keys?: Array<{
        /** Name of the key, stored beside what it encrypts. */
        id: string;
        /**
         * 32 bytes in base64, as `openssl rand -base64 32` prints them.
         *
         * @visibility secret
         */
        key: string;
      }>;
      /**
       * Ids of keys that are lost for good. A key that stored secrets need and
       * that is not in `keys` stops the start; one that is named here does
       * not, and the connections that need it stay unusable until they are
       * deleted and connected anew. Default: none.
       */
      lostKeys?: string[];
    };

    consumers?: {
      /**
       * Whether this replica delivers records. `false`: it serves the portal
       * only. Default: `true`.
       */
      enabled?: boolean;
    };

    delivery?: {
      /**
       * The client library that reads and writes records: `kafkajs`, or
       * `platformatic` for `@platformatic/kafka`, which needs Node 22.22 or
       * 24.6 at least. Default: `kafkajs`.
       */
      driver?: 'kafkajs' | 'platformatic';
      /** What a queue gets that was enabled without these settings. */
      defaults?: {
        /** Where a new queue begins. Default: `latest`. */
        startFrom?: 'latest' | 'earliest' | { timestamp: string };
        /** Which records wait for each other. Default: `partition`. */
        ordering?: 'partition' | 'key' | 'none';
        /** Requests under way at once, on each replica. Default: 16. */
        concurrency?: number;
        /** Milliseconds for one request. Default: 30000. */
        timeoutMs?: number;
        /** Requests for one record. Default: 10. */
        maxAttempts?: number;
      };
      /**
       * The highest values that people may choose. A queue that was given more
       * before keeps it until somebody chooses another value.
       */
      limits?: {
        /** Requests under way at once, on each replica; at most 1024. */
        concurrency?: number;
        /** Milliseconds for one request; at most 300000. */
        timeoutMs?: number;
        /** Requests for one record; at most 1000. */
        maxAttempts?: number;
      };
    };

    /**
     * What is kept of the latest attempts to deliver records: when, with what
     * result, and the beginning of keys and answers, which are shown to those
     * who may read records.
     */
    receipts?: {
      /** Default: `true`. */
      enabled?: boolean;
      /**
       * Topics whose records have no receipts; `*` stands for any characters.
       * What there was of them is deleted within a minute. Default: none.
       */
      excludeTopics?: string[];
      /** Receipts of each queue, at most; up to 10000. Default: 1000. */
      keepPerQueue?: number;
      /** Hours after which they are deleted, at most 720. Default: 24. */
      maxAgeHours?: number;
    };

    /** When a queue needs its owner, who is told by a notification. */
    incidents?: {
      /**
       * Minutes for which an enabled queue delivers nothing although it tries,
       * or does not come to run, before its owner is told, the screens list it
       * under those that need attention, and its records are watched for
       * being deleted unread; at most 1440. Default: 10.
       */
      stalledAfterMinutes?: number;
    };

    /** How algorithms are modelled in the catalog. */
    catalog?: {
      /** `spec.type` of algorithms. Default: `algorithm`. */
      algorithmType?: string;
      /**
       * `spec.type` of the versions of algorithms. Default:
       * `algorithm-version`.
       */
      algorithmVersionType?: string;
    };
  };
}
