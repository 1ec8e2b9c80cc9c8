import type { Entity } from '@backstage/catalog-model';
import type { CatalogProcessor } from '@backstage/plugin-catalog-node';
import { ANNOTATION_ENDPOINT } from '@event-flows/backstage-plugin-event-flows-common';

/** Where the files in `examples/` say that the sample algorithms listen. */
const EXAMPLE_URL = 'http://127.0.0.1:7081/';

/** Points the endpoints of the examples at where the demo really listens. */
export class DemoEndpointProcessor implements CatalogProcessor {
  readonly #algorithmsUrl: string;

  /** @param algorithmsUrl - of the sample algorithms, such as `http://127.0.0.1:9000`. */
  constructor(algorithmsUrl: string) {
    this.#algorithmsUrl = new URL(algorithmsUrl).href;
  }

  getProcessorName(): string {
    return 'DemoEndpointProcessor';
  }

  async preProcessEntity(entity: Entity): Promise<Entity> {
    const endpoint = entity.metadata.annotations?.[ANNOTATION_ENDPOINT];
    if (!endpoint?.startsWith(EXAMPLE_URL)) {
      return entity;
    }
    return {
      ...entity,
      metadata: {
        ...entity.metadata,
        annotations: {
          ...entity.metadata.annotations,
          [ANNOTATION_ENDPOINT]:
            this.#algorithmsUrl + endpoint.slice(EXAMPLE_URL.length),
        },
      },
    };
  }
}
